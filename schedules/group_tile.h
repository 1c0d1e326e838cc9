// The loops of fully_connected_groups on processors with vectors.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"
#include "schedules/row_quantisation.h"

namespace nibble {

/// Whether tiles of nv panels make up the outputs.
bool divides_panels(const Attributes &kernel, int nv);

/// Tiles mr, nv, mb of tile_groups() whose sums of a group fit the target's registers.
std::vector<Tile> group_tiles(const Attributes &kernel, const TargetFacts &);

/// Rows that are quantised together: mb at most, in even parts, whole tiles of mr.
int block_rows(int rows, const Tile &);

/// Tiles dst(c, x) by mr rows x nv panels, whose sums of a group stay in registers, for each panel of a block of mb
/// rows; unpacks weights once for a tile's rows; quantises a block's rows first. `lanes` channels make a vector.
void tile_groups(Algorithm &, const Tile &, int lanes, const RowLanes &);

} // namespace nibble
