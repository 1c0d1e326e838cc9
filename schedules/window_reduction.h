// Reductions over a window of pixels, vectorised over channels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble {

/// Channels of a block: vector widths up to `vec`, then its multiples, at most `most` and never more than there are, so
/// that the last block can be moved inwards instead of guarded.
std::vector<int> channel_blocks(int64_t channels, int vec, int most);
/// The block that computes the fewest channels twice; the largest of equals.
int preferred_channel_block(int64_t channels, int vec, int most);
/// Keeps the Func `reduced` of a block of channels in registers over the whole window, domain "r". `block` is a vector
/// width or a multiple of both numbers of lanes.
void schedule_window_reduction(Algorithm &, const std::string &reduced, int block, int reduced_lanes, int dst_lanes);
/// After that: runs images or rows of outputs as tasks (schedules/tasks.h). A tap of a vector of `lanes` channels takes
/// `instructions`.
void run_windows_in_tasks(Algorithm &, const Tile &, int lanes, int instructions);

/// After it: all taps at once, where they are few.
void unroll_small_window(Algorithm &, const std::string &reduced);

} // namespace nibble
