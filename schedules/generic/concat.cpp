// Concatenation: the sources in turn, their rows in vectors; look-ups one by one.
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "schedules/copy_rows.h"
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

// vec: elements of a vector.
std::vector<Tile> concat_tiles(const Attributes &kernel, const TargetFacts &target) {
    std::vector<Tile> tiles;
    for (const int vec : vector_widths(copied_lanes(kernel.at("bits"), target))) {
        tiles.push_back({{"vec", vec}});
    }
    return tiles;
}

Tile concat_preferred(const Attributes &kernel, const TargetFacts &target) {
    return {{"vec", copied_lanes(kernel.at("bits"), target)}};
}

void schedule_concat(Algorithm &algorithm, const Tile &tile) {
    Halide::Func dst = algorithm.func("dst");
    for (int s = 0; s < algorithm.at("sources"); s++) {
        const std::string number = std::to_string(s);
        const int vec = algorithm.at("t" + number) != 0 ? 1 : tile.at("vec");
        const Halide::RVar element = algorithm.domain("source" + number).x;
        dst.update(s).reorder(element, dst.args()[1]);
        schedule_row_update(dst.update(s), element, algorithm.at("w" + number), vec, algorithm.masks);
    }
}

} // namespace nibble::generic
