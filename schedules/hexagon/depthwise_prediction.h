// What the tiles of a depthwise convolution cost on HVX, in packets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/schedule.h"

namespace nibble::hexagon {

/// A vrmpy of two vectors takes both multipliers, and so does each of requantisation's two multiplications; words of
/// columns are put together beside them.
Prediction depthwise_conv2d_predict(const Attributes &kernel, const TargetFacts &, const Tile &);

} // namespace nibble::hexagon
