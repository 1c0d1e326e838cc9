// One table look-up an element: plain loads, one element after the other, several a step.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

// A vector of indices would be taken apart and its results put together again, lane by lane.
std::vector<Tile> lookup_tiles(const Attributes &kernel, const TargetFacts &) {
    return flat_tiles(kernel.at("elements"), 1);
}

Tile lookup_preferred(const Attributes &kernel, const TargetFacts &) { return flat_tile(kernel.at("elements"), 1, 8); }

void schedule_lookup(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
}

} // namespace nibble::generic
