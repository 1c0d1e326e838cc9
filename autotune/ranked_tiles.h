// A kernel's legal tiles in the order in which its schedule's model ranks them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "schedules/schedule.h"

namespace nibble {

/// What the model expects a call to cost, in cycles; of a target that an emulator runs, which knows no memory, without
/// it. `space` has a model.
double expected_cost(const TileSpace &space, const Attributes &kernel, const TargetFacts &, const Tile &);

/// Those that the model expects to be fastest first; the order of TileSpace::legal where the schedule has no model.
std::vector<Tile> ranked_tiles(const TileSpace &, const Attributes &kernel, const TargetFacts &);

} // namespace nibble
