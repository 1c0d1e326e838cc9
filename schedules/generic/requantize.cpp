// One rescaling an element: one vector of bytes a step.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_mul_q31.h"
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

namespace {

/// Numbers beyond 8 bits are scaled in 64.
int lanes(const Attributes &kernel, const TargetFacts &target) {
    const bool wide = kernel.at("src_bits") != 8 || kernel.at("dst_bits") != 8;
    return target.lanes_of(wide ? "s64" : "s32", target.vector_bytes);
}

} // namespace

std::vector<Tile> requantize_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("elements"), lanes(kernel, target));
}

Tile requantize_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("elements"), lanes(kernel, target), 1);
}

void schedule_requantize(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
    algorithm.passes.push_back(expand_mul_q31(algorithm));
}

} // namespace nibble::generic
