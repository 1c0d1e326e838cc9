// Average pool: vpmovsxbw and vpaddw, 32 channels an instruction, a block of channels over the whole window.
// SPDX-License-Identifier: Apache-2.0
//
// A block's pixels lie apart by all the channels; long blocks make each of them a run that the prefetcher follows.
#include "schedules/window_reduction.h"
#include "schedules/x86/schedules.h"

namespace nibble::x86 {

namespace {

constexpr int sum_lanes = 32;   // s16 lanes of a zmm register
constexpr int dst_lanes = 16;   // s32 lanes: what vpmovsdb narrows
constexpr int most_block = 512; // channels whose s16 sums leave half of the registers free

} // namespace

// block: channels whose sums are in registers.
std::vector<Tile> average_pool2d_tiles(const Attributes &kernel, const TargetFacts &) {
    std::vector<Tile> tiles;
    for (const int block : channel_blocks(kernel.at("c"), sum_lanes, most_block)) {
        tiles.push_back({{"block", block}});
    }
    return tiles;
}

Tile average_pool2d_preferred(const Attributes &kernel, const TargetFacts &) {
    return {{"block", preferred_channel_block(kernel.at("c"), sum_lanes, most_block / 2)}};
}

void schedule_average_pool2d(Algorithm &algorithm, const Tile &tile) {
    schedule_window_reduction(algorithm, "sum", tile.at("block"), sum_lanes, dst_lanes);
}

} // namespace nibble::x86
