// Fully connected layer of groups for any target: sums of 16 channels, floats as the target has them.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "generators/group_lowering.h"
#include "schedules/flat.h"
#include "schedules/generic/schedules.h"
#include "schedules/row_quantisation.h"

namespace nibble::generic {

using namespace Halide;

namespace {

constexpr int panel = GroupLowering::panel;
constexpr int most_block = 64;

void stage_block(Algorithm &algorithm, const LoopLevel &block, int fl) {
    algorithm.func("staged").compute_at(block).store_in(MemoryType::Heap);
    if (algorithm.funcs.count("peak") != 0) {
        quantise_rows_at(algorithm, block, {fl, fl});
    }
    if (algorithm.funcs.count("row_sum") != 0) {
        algorithm.func("row_sum").compute_at(block).store_in(MemoryType::Heap);
        algorithm.func("sum_lanes").compute_at(algorithm.func("row_sum"), Var("g")).store_in(MemoryType::Stack);
    }
}

} // namespace

// fl: lanes of f32; xr: rows of a tile.
std::vector<Tile> fully_connected_groups_tiles(const Attributes &kernel, const TargetFacts &target) {
    std::vector<Tile> tiles;
    for (int fl = 1; fl <= target.lanes_of("f32", 16); fl *= 4) {
        for (int xr = 1; xr <= std::min<int64_t>(4, kernel.at("m")); xr++) {
            tiles.push_back({{"fl", fl}, {"xr", xr}});
        }
    }
    return tiles;
}

Tile fully_connected_groups_preferred(const Attributes &kernel, const TargetFacts &target) {
    return {{"fl", target.lanes_of("f32", 4)}, {"xr", static_cast<int>(std::min<int64_t>(2, kernel.at("m")))}};
}

void schedule_fully_connected_groups(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst"), sum = algorithm.func("sum"), dots = algorithm.func("dots");
    const int fl = tile.at("fl"), xr = tile.at("xr"), rows = algorithm.at("m"), block = std::min(rows, most_block);
    const Var c = dst.args()[0], x = dst.args()[1];
    Var co("co"), cv("cv"), cl("cl"), blocks("block"), xo("xo"), xi("xi");
    dst.split(x, blocks, x, block, TailStrategy::ShiftInwards)
        .split(x, xo, xi, xr, TailStrategy::ShiftInwards)
        .split(c, co, cv, panel, TailStrategy::GuardWithIf)
        .split(cv, cv, cl, fl, TailStrategy::GuardWithIf)
        .reorder(cl, cv, xi, co, xo, blocks);
    const RDom group = algorithm.domain("group"), r = algorithm.domain("r");
    sum.compute_at(dst, co).store_in(MemoryType::Stack).align_bounds(c, panel).bound_extent(c, panel);
    sum.update().reorder(c, x, group.x, sum.args()[2]);
    dots.compute_at(sum, group.x).store_in(MemoryType::Stack).align_bounds(c, panel).bound_extent(c, panel);
    dots.update().reorder(r.x, c, x, r.y, r.z).unroll(r.x);
    if (fl > 1) {
        dst.vectorize(cl);
        sum.vectorize(c, fl);
        sum.update().vectorize(c, fl);
        dots.vectorize(c, fl);
        dots.update().vectorize(c, fl);
    }
    stage_block(algorithm, LoopLevel(dst, blocks), fl);
}

} // namespace nibble::generic
