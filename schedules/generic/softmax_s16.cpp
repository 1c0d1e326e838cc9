// Softmax of s16: as softmax, a row's largest value, total and reciprocal before its elements, which are scaled in 64
// bits. SPDX-License-Identifier: Apache-2.0
#include "schedules/flat.h"
#include "schedules/generic/rows.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

namespace {

int lanes(const TargetFacts &target) { return target.lanes_of("s64", target.vector_bytes); }

} // namespace

std::vector<Tile> softmax_s16_tiles(const Attributes &kernel, const TargetFacts &target) {
    return flat_tiles(kernel.at("depth"), lanes(target));
}

Tile softmax_s16_preferred(const Attributes &kernel, const TargetFacts &target) {
    return flat_tile(kernel.at("depth"), lanes(target), 1);
}

void schedule_softmax_s16(Algorithm &algorithm, const Tile &tile) {
    schedule_rows(algorithm, {"largest", "total", "headroom", "reciprocal"}, tile);
}

} // namespace nibble::generic
