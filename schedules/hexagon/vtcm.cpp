// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/vtcm.h"

#include <algorithm>

#include "runtime/kernel_abi.h"

namespace nibble::hexagon {

using namespace Halide;

namespace {

/// Bytes of the arena that a tile's weights take.
int64_t staged_bytes(const DotShape &shape, const Tile &tile) {
    const int64_t bytes = tile.at("nv") * panel_bytes(shape);
    return static_cast<int64_t>(nibble_heap_block_cost_with(static_cast<uint64_t>(bytes), NIBBLE_HEAP_TAIL_HEXAGON));
}

bool fits(const DotShape &shape, const TargetFacts &target, const Tile &tile) {
    // Tiles of a group share a panel's loop with the others'.
    return shape.groups == 1 && staged_bytes(shape, tile) <= target.vtcm.bytes;
}

} // namespace

std::vector<Tile> with_staged_weights(const DotShape &shape, const TargetFacts &target,
                                      const std::vector<Tile> &tiles) {
    std::vector<Tile> all;
    for (Tile tile : tiles) {
        tile["vtcm"] = 0;
        all.push_back(tile);
        if (fits(shape, target, tile)) {
            tile["vtcm"] = 1;
            all.push_back(tile);
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
    return fits(shape, target, tile) &&
           ((is_far && pixels >= least_pixels_far) || (!is_cached && pixels >= least_pixels));
}

void stage_weights(Algorithm &algorithm, const Tile &tile, const DotLoops &loops, int panel) {
    if (tile.at("vtcm") == 0) {
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
