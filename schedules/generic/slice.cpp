// A box out of a tensor: whole vectors of its rows, four a step.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/copy_rows.h"
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

std::vector<Tile> slice_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("d3"), copied_lanes(kernel.at("bits"), target));
}

Tile slice_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("d3"), copied_lanes(kernel.at("bits"), target), 4);
}

void schedule_slice(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
}

} // namespace nibble::generic
