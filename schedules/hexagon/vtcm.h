// Weights on their way from memory off the chip: panels are staged in VTCM one after the other, while the next one is
// fetched into the second level of cache. SPDX-License-Identifier: Apache-2.0
//
// Weights are the vector operand of vrmpy, which VTCM serves without a miss; rows of the source are read a word at a
// time by scalar loads, which go through the first level of cache, and are left in it.
#pragma once

#include "schedules/dot_tile.h"
#include "schedules/hexagon/dot.h"

namespace nibble::hexagon {

/// The tiles, and where a panel's weights fit the target's VTCM, each with them staged there ("vtcm" 1) too.
std::vector<Tile> with_staged_weights(const DotShape &, const TargetFacts &, const std::vector<Tile> &);

/// Whether a tile's weights are staged untuned.
bool stages_weights(const DotShape &, const TargetFacts &, const Tile &);

/// Where the tile says so, stages the weights that the tiles of a panel read, and fetches the next panel's. `panel` is
/// the dimension of "wei" that counts panels.
void stage_weights(Algorithm &, const Tile &, const DotLoops &loops, int panel);

} // namespace nibble::hexagon
