// Elementwise operators of two operands: one vector of bytes a step.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_mul_q31.h"
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

std::vector<Tile> binary_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("d3"), target.vector_bytes);
}

Tile binary_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("d3"), target.vector_bytes, 1);
}

void schedule_binary(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
    algorithm.passes.push_back(expand_mul_q31(algorithm));
}

} // namespace nibble::generic
