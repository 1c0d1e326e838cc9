// Elementwise arithmetic of two operands. With AVX-512 as many s32 lanes a vector as a register has, so that vpmovsxbd
// reads and vpmovsdb writes memory; on AVX2 32 elements a step, which are packed together.
// SPDX-License-Identifier: Apache-2.0
//
// Best measured share of what one core reads from L2, `bench/peers_litert.py --only=add,mul`, s8, 28x28x256, sources
// and destination counted, Zen 5: add 0.37, mul 0.17; on AVX2 0.21 and 0.11.
#include "schedules/expand_mul_q31.h"
#include "schedules/flat.h"
#include "schedules/x86/saturating_packs.h"
#include "schedules/x86/schedules.h"

namespace nibble::x86 {

std::vector<Tile> binary_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("d3"), target.vector_bytes);
}

Tile binary_preferred(const Attributes &kernel, const TargetFacts &target) {
    const bool packs = target.vector_bytes == packed_bytes;
    return flat_tile(kernel.at("d3"), packs ? packed_bytes : target.vector_bytes / 4, packs ? 1 : 4);
}

void schedule_binary(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    const auto at = [&](const char *name) { return algorithm.at(name); };
    schedule_flat(dst, dst.args()[0], tile);
    run_flat_in_tasks(dst, {at("d3"), at("d2"), at("d1"), at("d0")}, tile, algorithm.vector_bytes / 4, 8);
    algorithm.passes = {expand_mul_q31_by_pairs()};
    if (algorithm.vector_bytes == packed_bytes) {
        algorithm.passes.push_back(pack_saturated());
    }
}

} // namespace nibble::x86
