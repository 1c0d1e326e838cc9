// Average pool: a block of channels over the whole window, vectors of as many channels as a register has bytes.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/generic/schedules.h"
#include "schedules/window_reduction.h"

namespace nibble::generic {

namespace {

constexpr int most_vectors = 4; // of bytes in a block: their sums take twice or four times as many registers

} // namespace

// block: channels whose sums are in registers; vec: channels of a vector.
std::vector<Tile> average_pool2d_tiles(const Attributes &kernel, const TargetFacts &target) {
    std::vector<Tile> tiles;
    for (const int block : channel_blocks(kernel.at("c"), target.vector_bytes, most_vectors * target.vector_bytes)) {
        tiles.push_back({{"block", block}, {"vec", target.vector_bytes}});
    }
    return tiles;
}

Tile average_pool2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    const int most = 2 * target.vector_bytes;
    return {{"block", preferred_channel_block(kernel.at("c"), target.vector_bytes, most)},
            {"vec", target.vector_bytes}};
}

void schedule_average_pool2d(Algorithm &algorithm, const Tile &tile) {
    schedule_window_reduction(algorithm, "sum", tile.at("block"), tile.at("vec"), tile.at("vec"));
}

} // namespace nibble::generic
