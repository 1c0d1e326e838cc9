// Margin: the value in whole vectors, then the source, its rows in vectors of the same width.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/copy_rows.h"
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

std::vector<Tile> pad_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("d3"), copied_lanes(kernel.at("bits"), target));
}

Tile pad_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("d3"), copied_lanes(kernel.at("bits"), target), 4);
}

void schedule_pad(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    schedule_flat(dst, dst.args()[0], tile);
    schedule_row_update(dst.update(), algorithm.domain("source").x, algorithm.at("s3"), tile.at("vec"),
                        algorithm.masks);
}

} // namespace nibble::generic
