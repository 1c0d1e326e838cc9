// SPDX-License-Identifier: Apache-2.0
#include "schedules/generic/wide_sums.h"

#include <algorithm>

#include "schedules/flat.h"

namespace nibble::generic {

using namespace Halide;

namespace {

constexpr int most_vectors = 4; // of sums

} // namespace

std::vector<Tile> wide_sum_tiles(int64_t channels, const TargetFacts &target) {
    const int lanes = target.lanes_of("s64", target.vector_bytes);
    std::vector<Tile> tiles;
    for (const int vec : vector_widths(lanes == 1 ? 1 : std::min<int64_t>(channels, most_vectors * lanes))) {
        tiles.push_back({{"vec", vec}});
    }
    return tiles;
}

void schedule_wide_sums(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst"), sum = algorithm.func("sum");
    const Var channel = dst.args()[0];
    Var outer("outer"), lane("lane");
    const int vec = tile.at("vec");
    dst.split(channel, outer, lane, vec, TailStrategy::ShiftInwards).vectorize(lane);
    sum.compute_at(dst, outer).vectorize(channel, vec);
    sum.update().reorder(channel, algorithm.domain("r").x).vectorize(channel, vec);
}

} // namespace nibble::generic
