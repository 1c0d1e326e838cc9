// What schedules of operators share that multiply activations of s16: a vector of channels at a time, as many as there
// are lanes for sums of 64 bits. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::generic {

/// {vec}: channels of a vector. Sums are requantised in 64 bits, one by one where there are no vectors of these.
std::vector<Tile> wide_sum_tiles(int64_t channels, const TargetFacts &);

/// "dst" and the "sum" that it requantises, both with channels first, over domain "r", whose first dimension is the
/// innermost loop.
void schedule_wide_sums(Algorithm &, const Tile &);

} // namespace nibble::generic
