// Average pool: a block of channels over the whole window, whose taps are unrolled where they are few.
// SPDX-License-Identifier: Apache-2.0
//
// Packets for 128 results, by `run_model --bench`, 128@28: 2x2s2 21, 3x3 60; channels that are no multiple of 128 are
// taken eight at a time.
#include "schedules/hexagon/schedules.h"
#include "schedules/window_reduction.h"

namespace nibble::hexagon {

// The tile's parameters are those of generic/average_pool2d.cpp.
void schedule_average_pool2d(Algorithm &algorithm, const Tile &tile) {
    schedule_window_reduction(algorithm, "sum", tile.at("block"), tile.at("vec"), tile.at("vec"));
    // The sums of more taps are spilled.
    constexpr int most_taps = 4;
    if (algorithm.at("kh") * algorithm.at("kw") <= most_taps) {
        unroll_small_window(algorithm, "sum");
    }
}

} // namespace nibble::hexagon
