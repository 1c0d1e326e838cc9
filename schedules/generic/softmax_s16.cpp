// Softmax of s16: as softmax, a row's largest value, total and reciprocal before its elements.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/generic/rows.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

std::vector<Tile> softmax_s16_tiles(const Attributes &kernel, const TargetFacts &target) {
    return row_tiles(kernel, target);
}

Tile softmax_s16_preferred(const Attributes &kernel, const TargetFacts &target) { return row_tile(kernel, target); }

void schedule_softmax_s16(Algorithm &algorithm, const Tile &tile) {
    schedule_rows(algorithm, {"largest", "total", "headroom", "reciprocal"}, tile);
}

} // namespace nibble::generic
