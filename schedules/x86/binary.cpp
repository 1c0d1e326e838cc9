// Elementwise arithmetic of two operands: as many s32 lanes a vector as a register has, so that vpmovsxbd reads and
// vpmovsdb writes memory. SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_mul_q31.h"
#include "schedules/flat.h"
#include "schedules/x86/schedules.h"

namespace nibble::x86 {

std::vector<Tile> binary_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("d3"), target.vector_bytes);
}

Tile binary_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("d3"), target.vector_bytes / 4, 4);
}

void schedule_binary(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
    algorithm.passes.push_back(expand_mul_q31_by_pairs());
}

} // namespace nibble::x86
