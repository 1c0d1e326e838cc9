// Maximum pool: vpmaxsb and vpmaxub, a vector of channels an instruction, a block of channels over the whole window.
// SPDX-License-Identifier: Apache-2.0
//
// A small window is unrolled: each source vector is one load and one maximum, and what is left is bound by memory. Best
// measured share of what one core reads from L2, `bench/peers_litert.py`, s8, 28x28x256, 2x2, stride 2, source and
// destination counted: Zen 5 0.76, on AVX2 0.97; Sapphire Rapids 0.80.
#include "schedules/window_reduction.h"
#include "schedules/x86/schedules.h"

namespace nibble::x86 {

namespace {

constexpr int most_vectors = 8;       // in a block
constexpr int most_unrolled_taps = 9; // 3 x 3
/// Two cache lines, which Zen 5 reads from L2 together: blocks of one or of four take 1.3 times as long there.
constexpr int preferred_block = 128;

bool is_small(const Attributes &kernel) { return kernel.at("kh") * kernel.at("kw") <= most_unrolled_taps; }

} // namespace

// block: channels whose maxima are in registers; vec: channels of a vector; unroll: 1: all taps at once.
std::vector<Tile> max_pool2d_tiles(const Attributes &kernel, const TargetFacts &target) {
    std::vector<Tile> tiles;
    for (const int block : channel_blocks(kernel.at("c"), target.vector_bytes, most_vectors * target.vector_bytes)) {
        for (int unroll = 0; unroll <= is_small(kernel); unroll++) {
            tiles.push_back({{"block", block}, {"vec", target.vector_bytes}, {"unroll", unroll}});
        }
    }
    return tiles;
}

Tile max_pool2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    return {{"block", preferred_channel_block(kernel.at("c"), target.vector_bytes, preferred_block)},
            {"vec", target.vector_bytes},
            {"unroll", is_small(kernel)}};
}

void schedule_max_pool2d(Algorithm &algorithm, const Tile &tile) {
    schedule_window_reduction(algorithm, "most", tile.at("block"), tile.at("vec"), tile.at("vec"));
    run_windows_in_tasks(algorithm, tile, algorithm.vector_bytes, 1);
    if (tile.at("unroll") != 0) {
        const Halide::RDom r = algorithm.domain("r");
        algorithm.func("most").update().unroll(r.x).unroll(r.y);
    }
}

} // namespace nibble::x86
