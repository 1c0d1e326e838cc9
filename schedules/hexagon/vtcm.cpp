// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/vtcm.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "runtime/kernel_abi.h"

namespace nibble::hexagon {

using namespace Halide;

namespace {

constexpr int stages_weights_bit = 1, stages_src_bit = 2;

/// What an allocation takes of the arena.
int64_t heap_cost(int64_t bytes) {
    return static_cast<int64_t>(nibble_heap_block_cost_with(static_cast<uint64_t>(bytes), NIBBLE_HEAP_TAIL_HEXAGON));
}

int64_t weights_cost(const DotShape &shape, const Tile &tile) { return heap_cost(tile.at("nv") * panel_bytes(shape)); }

int64_t src_cost(const DotShape &shape, const Tile &tile) { return heap_cost(block_src_bytes(shape, tile)); }

/// Rows that are read where they lie; others are staged as their padding wants it.
bool reads_in_place(const DotShape &shape) {
    return !shape.whole_rows && !shape.reads_padding && shape.run_elements % shape.form.packed_products() == 0;
}

bool fits(const DotShape &shape, const TargetFacts &target, const Tile &tile) {
    const StagedOperands staged = staged_operands(tile);
    const int64_t bytes = (staged.weights ? weights_cost(shape, tile) : 0) + (staged.src ? src_cost(shape, tile) : 0);
    // Tiles of a group share a panel's loop with the others'.
    const bool may_stage = shape.groups == 1 && bytes <= target.vtcm.bytes && (!staged.src || reads_in_place(shape));
    const bool is_cached = staged.src || holds_block(most_cached_block(target), shape, tile);
    return is_cached && (bytes == 0 || may_stage);
}

/// Bytes that a tile moves for weights and source, the packed constants' few left out.
int64_t moved_bytes(const DotShape &shape, const TargetFacts &target, const Tile &tile) {
    const Passes passes = dot_passes(shape, 1, cache_bytes(target), tile, staged_operands(tile));
    const int64_t src = shape.rows * shape.row_step * shape.columns * shape.column_elements * shape.form.src_bytes;
    return passes.weights * shape.panels * panel_bytes(shape) + passes.src * src;
}

} // namespace

StagedOperands staged_operands(const Tile &tile) {
    return {(tile.at("vtcm") & stages_weights_bit) != 0, (tile.at("vtcm") & stages_src_bit) != 0};
}

int64_t most_staged_block(const TargetFacts &target) { return std::max(most_cached_block(target), target.vtcm.bytes); }

std::vector<Tile> with_staged_operands(const DotShape &shape, const TargetFacts &target,
                                       const std::vector<Tile> &tiles) {
    std::vector<Tile> all;
    for (Tile tile : tiles) {
        for (int operands = 0; operands <= (stages_weights_bit | stages_src_bit); ++operands) {
            tile["vtcm"] = operands;
            if (fits(shape, target, tile)) {
                all.push_back(tile);
            }
        }
    }
    return all;
}

bool stages_weights(const DotShape &shape, const TargetFacts &target, const Tile &tile) {
    // A vector of weights is copied in a packet, and each pixel takes half a packet of it: the copies are 2 % of the
    // products of 100 pixels, which weights from memory are worth. Panels that additions of 16-bit immediates do not
    // reach from each other's pointers cost the loop over products a packet in fourteen (7 %), more than the copies do
    // from 40 pixels on (5 %).
    constexpr int64_t reach = 1 << 15, least_pixels = 100, least_pixels_far = 40;
    const MemoryLevel *cache = target.second_level();
    const int64_t panel = panel_bytes(shape);
    const bool is_cached = cache == nullptr || shape.panels * panel <= cache->bytes / 2;
    const bool is_far = tile.at("nv") > 1 && panel >= reach;
    const int64_t pixels = tile.at("xb") * tile.at("yb");
    Tile staged = tile;
    staged["vtcm"] |= stages_weights_bit;
    return fits(shape, target, staged) &&
           ((is_far && pixels >= least_pixels_far) || (!is_cached && pixels >= least_pixels));
}

Tile with_least_traffic(const DotShape &shape, const TargetFacts &target, const Tile &tile, std::vector<Tile> tiles) {
    constexpr double worth_it = 0.9; // of the bytes: less is within what the model does not know of the cache
    const auto moved = [&](const Tile &other) { return moved_bytes(shape, target, other); };
    const auto keep = [&](const std::function<bool(const Tile &)> &wanted) {
        tiles.erase(std::remove_if(tiles.begin(), tiles.end(), [&](const Tile &other) { return !wanted(other); }),
                    tiles.end());
    };
    keep([&](const Tile &other) {
        return other.at("mr") == tile.at("mr") && other.at("nv") == tile.at("nv") && other.at("ku") == tile.at("ku") &&
               staged_operands(other).weights == stages_weights(shape, target, other);
    });
    int64_t least = moved(tile);
    for (const Tile &other : tiles) {
        least = std::min(least, moved(other));
    }
    if (static_cast<double>(least) > worth_it * static_cast<double>(moved(tile))) {
        return tile;
    }
    keep([&](const Tile &other) { return moved(other) == least; });
    return preferred_dot_tile(shape, target, std::move(tiles));
}

TileTraffic dot_traffic(const DotShape &shape, int64_t images, const TargetFacts &target, const Tile &tile) {
    const StagedOperands staged = staged_operands(tile);
    TileTraffic traffic;
    traffic.passes = dot_passes(shape, images, cache_bytes(target), tile, staged);
    traffic.unstaged = dot_passes(shape, images, cache_bytes(target), tile, {});
    traffic.staged_weights = staged.weights ? weights_cost(shape, tile) : 0;
    traffic.staged_src = staged.src ? src_cost(shape, tile) : 0;
    return traffic;
}

void stage_weights(Algorithm &algorithm, const Tile &tile, const DotLoops &loops, int panel) {
    if (!staged_operands(tile).weights) {
        return;
    }
    Func dst = algorithm.func("dst"), packed = algorithm.func("wei");
    const DotLowering form = dot_lowering(algorithm.lowering);
    Func weights = packed.in(algorithm.func(form.packs_nibbles() ? "nibbles" : "acc"));
    const std::vector<Var> args = weights.args();
    Var bytes("bytes");
    // The vectors of a step lie side by side: one pointer reaches them all.
    std::vector<Var> stored = args;
    std::rotate(stored.begin() + 2, stored.begin() + panel, stored.begin() + panel + 1);
    weights.compute_at(loops.panel ? LoopLevel(dst, *loops.panel) : loops.block)
        .store_in(MemoryType::VTCM)
        .bound_extent(args[0], form.products)
        .bound_extent(args[1], form.panel)
        .bound_extent(args[static_cast<size_t>(panel)], tile.at("nv"))
        .reorder_storage(stored);
    weights.fuse(args[0], args[1], bytes).vectorize(bytes, form.products * form.panel);
    if (loops.panel) { // the next panel's, while this one's products are summed
        dst.prefetch(packed.value().as<Internal::Call>()->param, *loops.panel, *loops.panel);
    }
}

} // namespace nibble::hexagon
