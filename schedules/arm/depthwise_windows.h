// Depthwise 2-D convolution by sdot on words of four neighbouring pixels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::arm {

std::vector<Tile> depthwise_windows_tiles(const Attributes &, const TargetFacts &);
Tile depthwise_windows_preferred(const Attributes &, const TargetFacts &);
void schedule_depthwise_windows(Algorithm &, const Tile &);

} // namespace nibble::arm
