// Average pool: a block of channels over the whole window, vectors of as many channels as a register has bytes.
// SPDX-License-Identifier: Apache-2.0
#include "generators/rounded_division.h"
#include "schedules/generic/schedules.h"
#include "schedules/window_reduction.h"

namespace nibble::generic {

namespace {

constexpr int most_vectors = 4; // of bytes in a block: their sums take twice or four times as many registers

/// Channels of a vector. Sums of large windows and of s16 are divided in 64 bits.
int lanes(const Attributes &kernel, const TargetFacts &target) {
    const bool wide =
        kernel.at("bits") == 16 || kernel.at("kh") * kernel.at("kw") > RoundedDivision::most_narrow_u8_count;
    return target.lanes_of(wide ? "s64" : "s32", target.vector_bytes);
}

} // namespace

// block: channels whose sums are in registers; vec: channels of a vector.
std::vector<Tile> average_pool2d_tiles(const Attributes &kernel, const TargetFacts &target) {
    std::vector<Tile> tiles;
    const int vec = lanes(kernel, target);
    for (const int block : channel_blocks(kernel.at("c"), vec, most_vectors * vec)) {
        tiles.push_back({{"block", block}, {"vec", vec}});
    }
    return tiles;
}

Tile average_pool2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    const int vec = lanes(kernel, target);
    return {{"block", preferred_channel_block(kernel.at("c"), vec, 2 * vec)}, {"vec", vec}};
}

void schedule_average_pool2d(Algorithm &algorithm, const Tile &tile) {
    schedule_window_reduction(algorithm, "sum", tile.at("block"), tile.at("vec"), tile.at("vec"));
}

} // namespace nibble::generic
