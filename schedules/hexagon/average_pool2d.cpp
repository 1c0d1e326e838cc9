// Average pool: a block of channels over the whole window, whose taps are unrolled where they are few.
// SPDX-License-Identifier: Apache-2.0
//
// Packets for 128 results, by `run_model --bench`, 128@28: 2x2s2 21, 3x3 60; channels that are no multiple of 128 are
// taken eight at a time (64 of 8x8 windows 1987 packets, 13669 where all are one block).
#include <algorithm>

#include "schedules/generic/schedules.h"
#include "schedules/hexagon/schedules.h"
#include "schedules/window_reduction.h"

namespace nibble::hexagon {

// The tile's parameters are those of generic/average_pool2d.cpp.
Tile average_pool2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    constexpr int part = 8; // bytes that are loaded and stored together where rows are no whole vectors
    Tile tile = generic::average_pool2d_preferred(kernel, target);
    Tile in_parts = tile;
    in_parts["block"] = part;
    const std::vector<Tile> legal = generic::average_pool2d_tiles(kernel, target);
    const bool is_legal = std::find(legal.begin(), legal.end(), in_parts) != legal.end();
    return kernel.at("c") % target.vector_bytes != 0 && is_legal ? in_parts : tile;
}

void schedule_average_pool2d(Algorithm &algorithm, const Tile &tile) {
    schedule_window_reduction(algorithm, "sum", tile.at("block"), tile.at("vec"), tile.at("vec"));
    // The sums of more taps are spilled.
    constexpr int most_taps = 4;
    if (algorithm.at("kh") * algorithm.at("kw") <= most_taps) {
        unroll_small_window(algorithm, "sum");
    }
}

} // namespace nibble::hexagon
