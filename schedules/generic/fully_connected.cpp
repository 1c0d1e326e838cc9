// Fully connected layer for any target with vectors of 32-bit lanes.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "schedules/expand_either.h"
#include "schedules/expand_mul_q31.h"
#include "schedules/generic/dot.h"
#include "schedules/generic/schedules.h"
#include "schedules/staging.h"
#include "schedules/zero_term.h"

namespace nibble::generic {

using namespace Halide;

// vc: outputs of a vector; xr: rows of a register tile.
std::vector<Tile> fully_connected_tiles(const Attributes &kernel, const TargetFacts &) {
    std::vector<Tile> tiles;
    for (int vc : {4, 8, 16}) {
        for (int xr = 1; xr <= std::min<int64_t>(4, kernel.at("m")); xr++) {
            tiles.push_back({{"vc", vc}, {"xr", xr}});
        }
    }
    return tiles;
}

Tile fully_connected_preferred(const Attributes &kernel, const TargetFacts &) {
    return {{"vc", 8}, {"xr", static_cast<int>(std::min<int64_t>(2, kernel.at("m")))}};
}

void schedule_fully_connected(Algorithm &algorithm, const Tile &tile) {
    tile_dot(algorithm, algorithm.at("n"), tile.at("vc"), tile.at("xr"), algorithm.at("m"), {});
    const LoopLevel rows(algorithm.func("dst"), Var("xo"));
    stage(algorithm.func("staged"), algorithm, rows, vector_bytes);
    schedule_zero_term(algorithm, rows, algorithm.at("k"), vector_bytes);
    algorithm.passes = {expand_either(), expand_mul_q31(algorithm)};
}

} // namespace nibble::generic
