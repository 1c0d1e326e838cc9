// Maximum pool: a block of channels over the whole window, whose taps are unrolled where they are few.
// SPDX-License-Identifier: Apache-2.0
//
// Packets for 128 results, by `run_model --bench`, 128@28: 2x2s2 6.1, 3x3s2 10.6, of which 4 and 9 are loads; 64@28: 51
// and 87, for channels that are no multiple of 128 are taken eight at a time.
#include "schedules/hexagon/schedules.h"
#include "schedules/window_reduction.h"

namespace nibble::hexagon {

// The tile's parameters are those of generic/max_pool2d.cpp.
void schedule_max_pool2d(Algorithm &algorithm, const Tile &tile) {
    schedule_window_reduction(algorithm, "most", tile.at("block"), tile.at("vec"), tile.at("vec"));
    unroll_small_window(algorithm, "most");
}

} // namespace nibble::hexagon
