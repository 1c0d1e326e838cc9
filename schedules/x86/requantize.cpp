// One rescaling an element: as many s16 lanes a vector as a register has, so that vpmovsxbw reads and vpmovswb writes
// memory. SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_mul_q31.h"
#include "schedules/flat.h"
#include "schedules/x86/schedules.h"

namespace nibble::x86 {

std::vector<Tile> requantize_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("elements"), target.vector_bytes);
}

Tile requantize_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("elements"), target.vector_bytes / 2, 2);
}

void schedule_requantize(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
    algorithm.passes.push_back(expand_mul_q31_by_pairs());
}

} // namespace nibble::x86
