// Average pool: a block of channels over the whole window, whose taps are unrolled where they are few.
// SPDX-License-Identifier: Apache-2.0
//
// Cycles for 16 results in `run_model --bench` (as in conv2d.cpp) on Neoverse N1 and V2: 2x2s2 26 and 12, 3x3 31
// and 15.
#include "schedules/arm/schedules.h"
#include "schedules/window_reduction.h"

namespace nibble::arm {

// The tile's parameters are those of generic/average_pool2d.cpp.
void schedule_average_pool2d(Algorithm &algorithm, const Tile &tile) {
    schedule_window_reduction(algorithm, "sum", tile.at("block"), tile.at("vec"), tile.at("vec"));
    unroll_small_window(algorithm, "sum");
}

} // namespace nibble::arm
