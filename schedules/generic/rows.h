// What schedules of operators on rows share: numbers of a whole row first, then its elements.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "schedules/directives.h"

namespace nibble::generic {

/// Flat tiles over a row's `depth` elements, and one of as many s32 lanes as a vector has.
std::vector<Tile> row_tiles(const Attributes &kernel, const TargetFacts &);
Tile row_tile(const Attributes &kernel, const TargetFacts &);

/// "dst" [element, row] in the tile's vectors, after the Funcs of these names, computed once a row; mul_q31 by
/// widening.
void schedule_rows(Algorithm &, const std::vector<const char *> &once_a_row, const Tile &);

} // namespace nibble::generic
