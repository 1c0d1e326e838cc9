// Average pool: vpmovsxbw and vpaddw, a vector of s16 sums an instruction, a block of channels over the whole window.
// SPDX-License-Identifier: Apache-2.0
//
// A block's pixels lie apart by all the channels; long blocks make each of them a run that the prefetcher follows.
#include "schedules/window_reduction.h"
#include "schedules/x86/schedules.h"

namespace nibble::x86 {

namespace {

/// s16 lanes of a vector.
int sum_lanes(int vector_bytes) { return vector_bytes / 2; }

/// Channels whose s16 sums leave half of the registers free.
int most_block(const TargetFacts &target) { return sum_lanes(target.vector_bytes) * target.vector_registers / 2; }

} // namespace

// block: channels whose sums are in registers.
std::vector<Tile> average_pool2d_tiles(const Attributes &kernel, const TargetFacts &target) {
    std::vector<Tile> tiles;
    for (const int block : channel_blocks(kernel.at("c"), sum_lanes(target.vector_bytes), most_block(target))) {
        tiles.push_back({{"block", block}});
    }
    return tiles;
}

Tile average_pool2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    const int most = most_block(target) / 2;
    return {{"block", preferred_channel_block(kernel.at("c"), sum_lanes(target.vector_bytes), most)}};
}

void schedule_average_pool2d(Algorithm &algorithm, const Tile &tile) {
    // Outputs are narrowed from s32.
    const int lanes = sum_lanes(algorithm.vector_bytes);
    schedule_window_reduction(algorithm, "sum", tile.at("block"), lanes, lanes / 2);
    run_windows_in_tasks(algorithm, tile, lanes, 2);
}

} // namespace nibble::x86
