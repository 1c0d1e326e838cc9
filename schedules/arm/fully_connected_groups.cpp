// Fully connected layer of groups: sdot of unpacked weights with rows that are quantised here, or long products of
// these without sdot. SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "schedules/arm/schedules.h"
#include "schedules/group_tile.h"

namespace nibble::arm {

std::vector<Tile> fully_connected_groups_tiles(const Attributes &kernel, const TargetFacts &target) {
    return group_tiles(kernel, target);
}

// Four vectors of sums a row, and the same number of a panel's nibbles twice, unpacked: more rows than these spill.
Tile fully_connected_groups_preferred(const Attributes &kernel, const TargetFacts &) {
    constexpr int64_t most_rows = 4;
    return {{"mr", static_cast<int>(std::min(most_rows, kernel.at("m")))}, {"nv", 1}, {"mb", 32}};
}

void schedule_fully_connected_groups(Algorithm &algorithm, const Tile &tile) {
    const int lanes = algorithm.vector_bytes / 4;
    tile_groups(algorithm, tile, lanes, {lanes, lanes});
}

} // namespace nibble::arm
