// Softmax: a row's largest value, total and scale before its elements; elements in vectors, the table's values one by
// one. SPDX-License-Identifier: Apache-2.0
#include "schedules/generic/rows.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

std::vector<Tile> softmax_tiles(const Attributes &kernel, const TargetFacts &target) {
    return row_tiles(kernel, target);
}

Tile softmax_preferred(const Attributes &kernel, const TargetFacts &target) { return row_tile(kernel, target); }

void schedule_softmax(Algorithm &algorithm, const Tile &tile) {
    schedule_rows(algorithm, {"largest", "total", "headroom", "scale"}, tile);
}

} // namespace nibble::generic
