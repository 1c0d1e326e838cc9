// Products of integers whose accumulators come out: a vector of neighbouring sums at a time, in registers.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"

namespace nibble::generic {

using namespace Halide;

namespace {

/// Sums that lie side by side and read neighbouring weights; channels of several groups read other sources each.
int64_t neighbours(const Attributes &kernel) {
    const auto groups = kernel.find("groups");
    if (groups != kernel.end() && groups->second != 1) {
        return 1;
    }
    return kernel.at(groups == kernel.end() ? "n" : "co");
}

int lanes(const Attributes &kernel, const TargetFacts &target) {
    return target.lanes_of(kernel.at("dst_bits") == 64 ? "s64" : "s32", target.vector_bytes);
}

} // namespace

std::vector<Tile> integer_sums_tiles(const Attributes &kernel, const TargetFacts &target) {
    std::vector<Tile> tiles;
    for (const int vec : vector_widths(std::min<int64_t>(neighbours(kernel), lanes(kernel, target)))) {
        tiles.push_back({{"vec", vec}});
    }
    return tiles;
}

Tile integer_sums_preferred(const Attributes &kernel, const TargetFacts &target) {
    return integer_sums_tiles(kernel, target).back();
}

// vec: sums of a vector.
void schedule_integer_sums(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst"), sum = algorithm.func("sum");
    const Var first = dst.args()[0];
    Var outer("outer"), lane("lane");
    const int vec = tile.at("vec");
    dst.split(first, outer, lane, vec, TailStrategy::ShiftInwards);
    sum.compute_at(dst, outer);
    if (vec > 1) {
        dst.vectorize(lane);
        sum.vectorize(first, vec);
        sum.update().vectorize(first, vec);
    }
}

} // namespace nibble::generic
