// SPDX-License-Identifier: Apache-2.0
//
// vpmaddwd multiplies the pairs of neighbouring pixels that a row is staged as: two vectors for 16 channels of a pixel,
// made once by vpunpck and vpmovsxbw and read by every tap and output row that they meet.
//
// Best measured share of vpmaddwd with vpaddd (1.42 of both a cycle), `bench_kernels --target=x86-64-avx2
// --layers=tests/data/layers.csv`, a Sapphire Rapids class core: 5x5 96@14 .37, 5x5 240@14 .37, 3x3 144@56 .29, 3x3
// 384@14 .28, 3x3s2 96@112 .20. Of the 12 products of 3x3 three are with zero, and some 18 instructions requantise 16
// outputs.
#include "schedules/x86/depthwise_pairs.h"

#include "schedules/depthwise_strips.h"
#include "schedules/expand_dot2.h"
#include "schedules/x86/channel_requantise.h"

namespace nibble::x86 {

using namespace Halide;

namespace {

constexpr int64_t most_rows = 4;

/// Bytes of a block's ring of rows.
int64_t ring_bytes(const Attributes &kernel, int64_t yr) {
    const int64_t row_bytes = kernel.at("w") / kernel.at("stride_w") * block_channels * 4;
    return ring_rows(kernel, yr) * row_bytes;
}

} // namespace

std::vector<Tile> depthwise_pairs_tiles(const Attributes &kernel, const TargetFacts &) {
    return strip_tiles(kernel, most_rows);
}

Tile depthwise_pairs_preferred(const Attributes &kernel, const TargetFacts &target) {
    // More rows than two gain nothing, for their windows are spilled; strips that overlap lose what they compute twice.
    const int yr = strips_are_even(kernel, 2) ? 2 : 1;
    return {{"nv", blocks_in_first_level(kernel, target, ring_bytes(kernel, yr))}, {"yr", yr}};
}

void schedule_depthwise_pairs(Algorithm &algorithm, const Tile &tile) {
    Func pairs = algorithm.func("pairs"), staged = algorithm.func("staged"), taps = algorithm.func("taps");
    Var k("k"), q("q"), c16("c16"), y("y"), c("c");
    const Strips strips = split_into_strips(algorithm, tile);
    keep_rows(pairs, algorithm, tile, strips);
    pairs.reorder(k, q, c16, y).vectorize(k, block_channels).unroll(q, 2, TailStrategy::GuardWithIf);
    staged.compute_at(pairs, c16).bound_extent(k, block_channels);
    fill_pieces(staged, algorithm);
    taps.compute_at(strips.image).store_in(MemoryType::Heap).align_bounds(c, block_channels);
    taps.vectorize(c, block_channels);
    algorithm.passes = {expand_dot2()};
    expand_requantise(algorithm);
}

} // namespace nibble::x86
