// Depthwise 2-D convolution by pairs of taps, for the targets without AVX-512.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::x86 {

std::vector<Tile> depthwise_pairs_tiles(const Attributes &, const TargetFacts &);
Tile depthwise_pairs_preferred(const Attributes &, const TargetFacts &);
void schedule_depthwise_pairs(Algorithm &, const Tile &);

} // namespace nibble::x86
