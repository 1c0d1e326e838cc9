// Nearest pixel: the channels of a pixel in whole vectors.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/copy_rows.h"
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

std::vector<Tile> resize_nearest_neighbor_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("c"), copied_lanes(kernel.at("bits"), target));
}

Tile resize_nearest_neighbor_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("c"), copied_lanes(kernel.at("bits"), target), 4);
}

void schedule_resize_nearest_neighbor(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
}

} // namespace nibble::generic
