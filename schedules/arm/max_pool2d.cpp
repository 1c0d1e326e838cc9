// Maximum pool: a block of channels over the whole window, whose taps are unrolled where they are few.
// SPDX-License-Identifier: Apache-2.0
//
// Cycles for 16 results in `run_model --bench` (as in conv2d.cpp) on Neoverse N1 and V2: 2x2 3.2 and 1.7, 3x3s2 5.7 and
// 3.4; the loads alone take 2 and 4.5 on N1.
#include "schedules/arm/schedules.h"
#include "schedules/window_reduction.h"

namespace nibble::arm {

// The tile's parameters are those of generic/max_pool2d.cpp.
void schedule_max_pool2d(Algorithm &algorithm, const Tile &tile) {
    schedule_window_reduction(algorithm, "most", tile.at("block"), tile.at("vec"), tile.at("vec"));
    unroll_small_window(algorithm, "most");
}

} // namespace nibble::arm
