// The sums that weights with a zero point ask for (generators/panels.h).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble {

/// Computes pixel_sum, row_sum and zero_term at `level`, where the source is staged; nothing where the kernel has none.
/// A pixel has `channels` elements in a group; vectors have `vector_bytes`.
void schedule_zero_term(Algorithm &, const Halide::LoopLevel &level, int channels, int vector_bytes);

} // namespace nibble
