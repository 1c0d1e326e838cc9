// Elementwise operators of two operands: one vector of bytes a step; of s16, whose scaling has 64 bits, one vector of
// these. SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_mul_q31.h"
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

namespace {

int lanes(const Attributes &kernel, const TargetFacts &target) {
    return kernel.at("bits") == 16 ? target.lanes_of("s64", target.vector_bytes) : target.vector_bytes;
}

} // namespace

std::vector<Tile> binary_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("d3"), lanes(kernel, target));
}

Tile binary_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("d3"), lanes(kernel, target), 1);
}

void schedule_binary(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
    algorithm.passes.push_back(expand_mul_q31(algorithm));
}

} // namespace nibble::generic
