// One layer with several tiles, timed in turn.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/layer.h"
#include "compiler/resources.h"
#include "compiler/target.h"
#include "schedules/schedule.h"

namespace nibble {

/// What one tile came to.
struct TimedTile {
    Tile tile;
    double nanoseconds = 0; ///< of one call, half_sample_mode of its rounds
    std::string problem;    ///< why there is no time: it could not be compiled, or its results are not the reference's
};

/// Builds the layer, which has its constants, with each of the tiles and calls them in turn, round after round; those
/// that are far behind drop out early. Results are compared with the reference's. Throws Error where nothing can be
/// built. `target` is one of this machine's.
std::vector<TimedTile> time_tiles(const Layer &, const TargetFacts &target, const std::vector<Tile> &, int jobs,
                                  const Tools &);

} // namespace nibble
