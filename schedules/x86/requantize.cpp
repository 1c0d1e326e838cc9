// One rescaling an element, a whole vector of bytes a step: in 16-bit words without widening or packing on AVX-512, by
// products of byte pairs on AVX2 (expand_byte_forms.h).
// SPDX-License-Identifier: Apache-2.0
//
// Best measured share of what one core reads from L2, `bench/peers_litert.py --only=requantize`, s8, 28x28x256, source
// and destination counted, Zen 5: 0.96; on AVX2 0.63 (seven instructions for 32 elements at four a cycle: 0.75 is the
// most).
#include "schedules/expand_mul_q31.h"
#include "schedules/flat.h"
#include "schedules/x86/expand_byte_forms.h"
#include "schedules/x86/schedules.h"

namespace nibble::x86 {

std::vector<Tile> requantize_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("elements"), target.vector_bytes);
}

Tile requantize_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("elements"), target.vector_bytes, 2);
}

void schedule_requantize(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
    run_flat_in_tasks(dst, {algorithm.at("elements")}, tile, algorithm.vector_bytes, 7);
    algorithm.passes = {expand_word_forms(), expand_pair_forms(), expand_mul_q31_by_pairs()};
}

} // namespace nibble::x86
