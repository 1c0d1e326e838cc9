// SPDX-License-Identifier: Apache-2.0
#include "schedules/group_tile.h"

#include <algorithm>

#include "generators/group_lowering.h"
#include "schedules/dot_tile.h"
#include "schedules/flat.h"
#include "schedules/tasks.h"

namespace nibble {

using namespace Halide;

namespace {

void stage_rows_at(Algorithm &algorithm, const LoopLevel &block, const RowLanes &lanes) {
    Func staged = algorithm.func("staged");
    staged.compute_at(block).store_in(MemoryType::Heap);
    if (algorithm.funcs.count("peak") != 0) {
        quantise_rows_at(algorithm, block, lanes);
    } else {
        vectorize_rows(staged, algorithm, algorithm.vector_bytes, algorithm.at("k"));
    }
    if (algorithm.funcs.count("row_sum") == 0) {
        return;
    }
    Func row_sum = algorithm.func("row_sum"), sum_lanes = algorithm.func("sum_lanes");
    const Var l = sum_lanes.args()[0], g = row_sum.args()[0];
    const RDom r = algorithm.domain("sum_steps"), lane = algorithm.domain("sum_lane");
    const auto all = static_cast<int>(*as_const_int(lane.x.extent()));
    // Twice, so that a tile's sums begin with a load.
    row_sum.compute_at(block).store_in(MemoryType::Heap);
    algorithm.func("row_term").compute_at(block).store_in(MemoryType::Heap);
    sum_lanes.compute_at(row_sum, g).store_in(MemoryType::Stack).bound_extent(l, all);
    sum_lanes.vectorize(l, all);
    sum_lanes.update().reorder(r.x, l, r.y).atomic().vectorize(r.x).vectorize(l, all);
    if (all > 1) {
        row_sum.update().atomic().vectorize(lane.x, all);
    }
}

/// A tile's channels by whole panels, as packed arrays have them: indices within parts of one would be found lane by
/// lane.
Stage by_panels(Func func, const Var &c, int channels) {
    return func.align_bounds(c, channels).bound_extent(c, channels).vectorize(c, GroupLowering::panel).unroll(c);
}

void sum_groups(Algorithm &algorithm, const LoopLevel &tile, int lanes, int channels) {
    Func sum = algorithm.func("sum"), dots = algorithm.func("dots"), weights = algorithm.func("weights");
    const Var c = sum.args()[0], x = sum.args()[1], p = sum.args()[2];
    const RDom r = algorithm.domain("r"), group = algorithm.domain("group");
    by_panels(sum.compute_at(tile).store_in(MemoryType::Stack), c, channels).unroll(x);
    sum.update().reorder(c, x, group.x, p).vectorize(c, GroupLowering::panel).unroll(c).unroll(x);
    by_panels(dots.compute_at(sum, group.x).store_in(MemoryType::Register), c, channels).unroll(x);
    dots.update()
        .reorder(r.x, r.y, c, x, r.z)
        .atomic()
        .vectorize(r.x)
        .vectorize(c, lanes)
        .unroll(c)
        .unroll(x)
        .unroll(r.y);
    if (group_lowering(algorithm.lowering).packs_nibbles) {
        const Var j = weights.args()[0], half = weights.args()[2];
        weights.compute_at(dots, r.z).store_in(MemoryType::Stack).bound_extent(j, 4).bound_extent(half, 2).vectorize(j);
        by_panels(weights, weights.args()[1], channels).unroll(half);
    }
}

} // namespace

bool divides_panels(const Attributes &kernel, int nv) {
    const int64_t panels = (kernel.at("n") + GroupLowering::panel - 1) / GroupLowering::panel;
    return panels % nv == 0;
}

std::vector<Tile> group_tiles(const Attributes &kernel, const TargetFacts &target) {
    constexpr int64_t most_rows = 8;
    constexpr int64_t other_registers = 6; // weights, their mask and a word of the source
    const int64_t vectors = GroupLowering::panel * 4 / target.vector_bytes;
    std::vector<Tile> tiles;
    for (int mr = 1; mr <= std::min<int64_t>(most_rows, kernel.at("m")); mr++) {
        for (const int nv : {1, 2, 3, 4, 8}) {
            const bool fits = mr * nv * vectors <= target.vector_registers - other_registers;
            for (const int mb : {32, 64, 128}) {
                if (fits && divides_panels(kernel, nv)) {
                    tiles.push_back({{"mr", mr}, {"nv", nv}, {"mb", mb}});
                }
            }
        }
    }
    return tiles;
}

int block_rows(int rows, const Tile &tile) {
    const int mr = tile.at("mr"), blocks = (rows + tile.at("mb") - 1) / tile.at("mb");
    const int each = (rows + blocks - 1) / blocks;
    return std::min(rows, (each + mr - 1) / mr * mr);
}

void tile_groups(Algorithm &algorithm, const Tile &tile, int lanes, const RowLanes &row_lanes) {
    Func dst = algorithm.func("dst");
    const int rows = algorithm.at("m"), mr = tile.at("mr"), block = block_rows(rows, tile);
    const int channels = tile.at("nv") * GroupLowering::panel;
    const Var c = dst.args()[0], x = dst.args()[1];
    Var panel("panel"), cs("cs"), cv("cv"), cl("cl"), blocks("block"), xo("xo"), xi("xi");
    dst.split(x, blocks, x, block, overlapping_tail(rows, block)).split(x, xo, xi, mr, overlapping_tail(block, mr));
    if (algorithm.at("n") % channels == 0) {
        dst.split(c, panel, cs, channels, TailStrategy::RoundUp)
            .split(cs, cv, cl, lanes, TailStrategy::RoundUp)
            .reorder(cl, cv, xi, xo, panel, blocks)
            .vectorize(cl)
            .unroll(cv);
    } else {
        dst.split(c, panel, cs, channels, TailStrategy::PredicateStores)
            .reorder(cs, xi, xo, panel, blocks)
            .vectorize(cs);
    }
    dst.unroll(xi);
    const int64_t products = int64_t{rows} * algorithm.at("n") * algorithm.at("k");
    const int panels = (algorithm.at("n") + channels - 1) / channels;
    run_in_tasks(dst, {steps_apart("block", rows, block), {"panel", panels}},
                 products / (GroupLowering::products * lanes), tile);
    sum_groups(algorithm, LoopLevel(dst, xo), lanes, channels);
    stage_rows_at(algorithm, LoopLevel(dst, blocks), row_lanes);
}

} // namespace nibble
