// What a tile has in VTCM: weights on their way from memory off the chip, panels one after the other, while the next
// one is fetched into the second level of cache; and a block's source, for all panels.
// SPDX-License-Identifier: Apache-2.0
//
// Weights are the vector operand of vrmpy, which VTCM serves without a miss; rows of the source are read a word at a
// time by scalar loads, which go through the first level of cache. They are left to the second one as long as that
// holds a block beside the panels that pass; a larger block, in VTCM, is worth it where weights then come less often.
#pragma once

#include "schedules/dot_tile.h"
#include "schedules/dot_traffic.h"
#include "schedules/hexagon/dot.h"
#include "schedules/traffic.h"

namespace nibble::hexagon {

/// What the tile's parameter "vtcm" says: 1 for weights, 2 for the source, 3 for both.
StagedOperands staged_operands(const Tile &);

/// Blocks of at most so many bytes may be staged: in VTCM or, as everywhere, in the cache.
int64_t most_staged_block(const TargetFacts &);

/// The tiles whose blocks stay in the cache, and each with what fits the target's VTCM staged there too.
std::vector<Tile> with_staged_operands(const DotShape &, const TargetFacts &, const std::vector<Tile> &);

/// Whether a tile's weights are staged untuned.
bool stages_weights(const DotShape &, const TargetFacts &, const Tile &);

/// Of `tiles`, those of the same registers as `tile` whose operands come from memory least often, as modelled, and of
/// these the fastest; `tile` itself where that saves little.
Tile with_least_traffic(const DotShape &, const TargetFacts &, const Tile &tile, std::vector<Tile> tiles);

/// What a tile moves and stages, of a layer of so many images.
TileTraffic dot_traffic(const DotShape &, int64_t images, const TargetFacts &, const Tile &);

/// Where the tile says so, stages the weights that the tiles of a panel read, and fetches the next panel's. `panel` is
/// the dimension of "wei" that counts panels.
void stage_weights(Algorithm &, const Tile &, const DotLoops &loops, int panel);

} // namespace nibble::hexagon
