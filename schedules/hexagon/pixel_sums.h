// The sums of a pixel's elements that lowering dot_s8u8 takes off, on HVX.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::hexagon {

/// Computes pixel_sum and what is made of it (generators/panels.h) at `level`, where the source is staged. `pixels` of
/// a row are read there.
void schedule_pixel_sums(Algorithm &, const Halide::LoopLevel &level, int pixels);

} // namespace nibble::hexagon
