// 2-D convolution for any target with vectors of 32-bit lanes.
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

// vc: channels of a vector; xr: pixels of a register tile.
std::vector<Tile> conv2d_tiles(const Attributes &kernel, const TargetFacts &) {
    std::vector<Tile> tiles;
    for (int vc : {4, 8, 16}) {
        for (int xr = 1; xr <= std::min<int64_t>(4, kernel.at("ow")); xr++) {
            tiles.push_back({{"vc", vc}, {"xr", xr}});
        }
    }
    return tiles;
}

Tile conv2d_preferred(const Attributes &kernel, const TargetFacts &) {
    return {{"vc", 8}, {"xr", static_cast<int>(std::min<int64_t>(2, kernel.at("ow")))}};
}

void schedule_conv2d(Algorithm &algorithm, const Tile &tile) {
    Var y("y"), b("b"), g("g");
    tile_dot(algorithm, algorithm.at("co") / algorithm.at("groups"), tile.at("vc"), tile.at("xr"), algorithm.at("ow"),
             {g, y, b});
    const LoopLevel row(algorithm.func("dst"), y);
    stage(algorithm.func("staged"), algorithm, row, vector_bytes);
    schedule_zero_term(algorithm, row, algorithm.at("ci") / algorithm.at("groups"), vector_bytes);
    algorithm.passes = {expand_either(), expand_mul_q31(algorithm)};
}

} // namespace nibble::generic
