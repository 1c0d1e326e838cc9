// Mean: a block of the innermost kept dimension over all that is reduced.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_mul_q31.h"
#include "schedules/generic/schedules.h"
#include "schedules/window_reduction.h"

namespace nibble::generic {

namespace {

/// Sums of s16 are scaled in 64 bits.
int lanes(const Attributes &kernel, const TargetFacts &target) {
    return kernel.at("bits") == 16 ? target.lanes_of("s64", target.vector_bytes) : target.vector_bytes;
}

} // namespace

// block: outputs whose sums are in registers.
std::vector<Tile> mean_tiles(const Attributes &kernel, const TargetFacts &target) {
    const int vec = lanes(kernel, target);
    std::vector<Tile> tiles;
    for (const int block : channel_blocks(kernel.at("k2"), vec, 2 * vec)) {
        tiles.push_back({{"block", block}, {"vec", vec}});
    }
    return tiles;
}

Tile mean_preferred(const Attributes &kernel, const TargetFacts &target) {
    const int vec = lanes(kernel, target);
    return {{"block", preferred_channel_block(kernel.at("k2"), vec, vec)}, {"vec", vec}};
}

void schedule_mean(Algorithm &algorithm, const Tile &tile) {
    schedule_window_reduction(algorithm, "sum", tile.at("block"), tile.at("vec"), tile.at("vec"));
    algorithm.passes.push_back(expand_mul_q31(algorithm));
}

} // namespace nibble::generic
