// Matrix products of few rows: the weights are read once, by all threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::cuda {

/// Rows up to which a product is one of few.
constexpr int most_thin_rows = 8;

/// slices: parts of the reduction, one a thread.
std::vector<Tile> thin_tiles(const Attributes &kernel);
Tile preferred_thin_tile(const Attributes &kernel);
/// A block has a panel of 16 outputs of all rows; its threads read the panel as it lies in memory, each four outputs'
/// words of every `slices`-th step of the reduction, and their sums are added at the end. Returns the loop over blocks.
Halide::LoopLevel schedule_thin(Algorithm &, const Tile &);

} // namespace nibble::cuda
