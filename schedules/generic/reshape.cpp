// A copy: whole vectors, four a step.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

std::vector<Tile> reshape_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("bytes"), target.vector_bytes);
}

Tile reshape_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("bytes"), target.vector_bytes, 4);
}

void schedule_reshape(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
}

} // namespace nibble::generic
