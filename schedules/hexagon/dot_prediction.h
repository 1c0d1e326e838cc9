// What a dot-product tile costs on HVX, in packets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/dot_tile.h"
#include "schedules/prediction.h"

namespace nibble::hexagon {

/// Products take two multipliers, a packet loads one vector of weights, and holds some three of all the step's
/// instructions, pointers among them.
Prediction predict_dot(const DotShape &, const TargetFacts &, const Tile &);

} // namespace nibble::hexagon
