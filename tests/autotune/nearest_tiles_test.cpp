// SPDX-License-Identifier: Apache-2.0
#include "autotune/nearest_tiles.h"

#include <gtest/gtest.h>

namespace nibble {
namespace {

Tile tile(int mr, int nv) { return {{"mr", mr}, {"nv", nv}}; }

std::vector<Tile> space() {
    std::vector<Tile> tiles;
    for (const int mr : {1, 2, 4, 8}) {
        for (const int nv : {1, 2, 4}) {
            tiles.push_back(tile(mr, nv));
        }
    }
    return tiles;
}

TEST(NearestTiles, ComeByStepsAndNotByNumbers) {
    const std::vector<Tile> next = nearest_tiles(space(), tile(8, 4), {tile(8, 4)}, 5);
    EXPECT_EQ(next, (std::vector<Tile>{tile(4, 4), tile(8, 2), tile(2, 4), tile(8, 1), tile(4, 2)}));
}

TEST(NearestTiles, LeavesOutWhatIsKnown) {
    std::vector<Tile> known = {tile(2, 2)};
    for (const Tile &next : nearest_tiles(space(), tile(2, 2), known, 4)) {
        known.push_back(next);
    }
    const std::vector<Tile> rest = nearest_tiles(space(), tile(2, 2), known, 100);
    EXPECT_EQ(rest.size(), 7u);
    for (const Tile &other : rest) {
        EXPECT_EQ(std::count(known.begin(), known.end(), other), 0) << to_string(other);
    }
}

TEST(NearestTiles, OfASpaceThatHasNoMoreIsEmpty) {
    EXPECT_TRUE(nearest_tiles(space(), tile(1, 1), space(), 3).empty());
}

} // namespace
} // namespace nibble
