// Fully connected layer of groups: sdot of unpacked weights with rows that are quantised here, or products added in
// pairs where there is none.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "schedules/arm/schedules.h"
#include "schedules/group_tile.h"

namespace nibble::arm {

using namespace Halide;

namespace {

constexpr int lanes = 4;
constexpr int64_t most_rows = 4;

} // namespace

// mr rows x a panel of sums in registers; mb: rows that are quantised together.
std::vector<Tile> fully_connected_groups_tiles(const Attributes &kernel, const TargetFacts &) {
    std::vector<Tile> tiles;
    for (int mr = 1; mr <= std::min<int64_t>(most_rows, kernel.at("m")); mr++) {
        for (const int mb : {32, 128}) {
            tiles.push_back({{"mr", mr}, {"nv", 1}, {"mb", mb}});
        }
    }
    return tiles;
}

Tile fully_connected_groups_preferred(const Attributes &kernel, const TargetFacts &) {
    return {{"mr", static_cast<int>(std::min<int64_t>(most_rows, kernel.at("m")))}, {"nv", 1}, {"mb", 128}};
}

void schedule_fully_connected_groups(Algorithm &algorithm, const Tile &tile) {
    tile_groups(algorithm, tile, lanes, {lanes, lanes});
}

} // namespace nibble::arm
