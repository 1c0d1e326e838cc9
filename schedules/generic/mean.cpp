// Mean: a block of the innermost kept dimension over all that is reduced.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_mul_q31.h"
#include "schedules/generic/schedules.h"
#include "schedules/window_reduction.h"

namespace nibble::generic {

// block: outputs whose sums are in registers.
std::vector<Tile> mean_tiles(const Attributes &kernel, const TargetFacts &target) {
    std::vector<Tile> tiles;
    for (const int block : channel_blocks(kernel.at("k2"), target.vector_bytes, 2 * target.vector_bytes)) {
        tiles.push_back({{"block", block}, {"vec", target.vector_bytes}});
    }
    return tiles;
}

Tile mean_preferred(const Attributes &kernel, const TargetFacts &target) {
    return {{"block", preferred_channel_block(kernel.at("k2"), target.vector_bytes, target.vector_bytes)},
            {"vec", target.vector_bytes}};
}

void schedule_mean(Algorithm &algorithm, const Tile &tile) {
    schedule_window_reduction(algorithm, "sum", tile.at("block"), tile.at("vec"), tile.at("vec"));
    algorithm.passes.push_back(expand_mul_q31(algorithm));
}

} // namespace nibble::generic
