// Operators of s16 activations that multiply: a vector of channels at a time, as many as there are lanes for the sums.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

using namespace Halide;

namespace {

constexpr int most_vectors = 4; // of sums

/// Sums are requantised in 64 bits, one by one where there are no vectors of these.
std::vector<Tile> wide_sum_tiles(int64_t channels, const TargetFacts &target) {
    const int lanes = target.lanes_of("s64", target.vector_bytes);
    std::vector<Tile> tiles;
    for (const int vec : vector_widths(lanes == 1 ? 1 : std::min<int64_t>(channels, most_vectors * lanes))) {
        tiles.push_back({{"vec", vec}});
    }
    return tiles;
}

/// "dst" and the "sum" that it requantises, both with channels first; `r` is the sum's innermost loop.
void schedule_wide_sums(Algorithm &algorithm, const RVar &r, const Tile &tile) {
    Func dst = algorithm.func("dst"), sum = algorithm.func("sum");
    const Var channel = dst.args()[0];
    Var outer("outer"), lane("lane");
    const int vec = tile.at("vec");
    dst.split(channel, outer, lane, vec, TailStrategy::ShiftInwards).vectorize(lane);
    sum.compute_at(dst, outer).vectorize(channel, vec);
    sum.update().reorder(channel, r).vectorize(channel, vec);
}

} // namespace

// vec: channels of a vector.
std::vector<Tile> conv2d_s16_tiles(const Attributes &kernel, const TargetFacts &target) {
    return wide_sum_tiles(kernel.at("co"), target);
}

Tile conv2d_s16_preferred(const Attributes &kernel, const TargetFacts &target) {
    return conv2d_s16_tiles(kernel, target).back();
}

void schedule_conv2d_s16(Algorithm &algorithm, const Tile &tile) {
    schedule_wide_sums(algorithm, algorithm.domain("r").x, tile);
}

// vec: columns of a vector.
std::vector<Tile> batch_matmul_s16_tiles(const Attributes &kernel, const TargetFacts &target) {
    return wide_sum_tiles(kernel.at("n"), target);
}

Tile batch_matmul_s16_preferred(const Attributes &kernel, const TargetFacts &target) {
    return batch_matmul_s16_tiles(kernel, target).back();
}

void schedule_batch_matmul_s16(Algorithm &algorithm, const Tile &tile) {
    schedule_wide_sums(algorithm, algorithm.domain("r").x, tile);
}

} // namespace nibble::generic
