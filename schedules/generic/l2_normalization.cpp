// L2 normalisation: a row's sum of squares and its reciprocal length before its elements, which go in vectors.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/generic/rows.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

std::vector<Tile> l2_normalization_tiles(const Attributes &kernel, const TargetFacts &target) {
    return row_tiles(kernel, target);
}

Tile l2_normalization_preferred(const Attributes &kernel, const TargetFacts &target) {
    return row_tile(kernel, target);
}

void schedule_l2_normalization(Algorithm &algorithm, const Tile &tile) {
    schedule_rows(algorithm, {"sum", "root", "multiplier", "right"}, tile);
}

} // namespace nibble::generic
