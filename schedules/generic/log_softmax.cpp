// Log softmax: a row's largest value, total and logarithm before its elements; elements in vectors, the tables' values
// one by one. SPDX-License-Identifier: Apache-2.0
#include "schedules/generic/rows.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

std::vector<Tile> log_softmax_tiles(const Attributes &kernel, const TargetFacts &target) {
    return row_tiles(kernel, target);
}

Tile log_softmax_preferred(const Attributes &kernel, const TargetFacts &target) { return row_tile(kernel, target); }

void schedule_log_softmax(Algorithm &algorithm, const Tile &tile) {
    schedule_rows(algorithm, {"largest", "total", "logarithm", "bound"}, tile);
}

} // namespace nibble::generic
