// What calls of one layer cost with several tiles.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "compiler/layer.h"
#include "compiler/resources.h"
#include "compiler/target.h"
#include "schedules/schedule.h"

namespace nibble {

struct TileCost {
    Tile tile;
    double cost = 0; ///< of one call, in cost_unit()
    bool compiled = false;
    std::string problem; ///< how its results differ from the reference's
};

/// "ns" on this machine; under an emulator "packets" where its processor counts them, else "cycles", by llvm-mca's
/// model of the target's first processor. Throws Error for a target whose code can't be run here.
std::string cost_unit(const TargetFacts &);

/// Builds the layer, which has its constants, with each of the tiles, calls them and compares their results with the
/// reference's. On this machine they are called in turn, round after round, those far behind dropping out; the cost is
/// the half_sample_mode of the rounds. Throws Error where nothing can be built.
std::vector<TileCost> cost_tiles(const Layer &, const TargetFacts &target, const std::vector<Tile> &, int jobs,
                                 const Tools &);

} // namespace nibble
