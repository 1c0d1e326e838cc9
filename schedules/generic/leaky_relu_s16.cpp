// One rescaling an element of s16, in 64 bits.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_mul_q31.h"
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

namespace {

int lanes(const TargetFacts &target) { return target.lanes_of("s64", target.vector_bytes); }

} // namespace

std::vector<Tile> leaky_relu_s16_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("elements"), lanes(target));
}

Tile leaky_relu_s16_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("elements"), lanes(target), 1);
}

void schedule_leaky_relu_s16(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
    algorithm.passes.push_back(expand_mul_q31(algorithm));
}

} // namespace nibble::generic
