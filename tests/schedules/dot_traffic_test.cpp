// How often a tile's operands come from memory, and what Hexagon's tiles stage in VTCM of a given size. No kernel is
// compiled. SPDX-License-Identifier: Apache-2.0
#include "schedules/dot_traffic.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "schedules/dot_shapes.h"
#include "schedules/hexagon/dot.h"
#include "schedules/hexagon/schedules.h"

namespace nibble {
namespace {

constexpr int64_t kib = 1024;

/// HVX with 1 MiB of cache.
TargetFacts hexagon_with(int64_t vtcm_bytes) {
    TargetFacts target = find_target("hexagon-64-hvx");
    target.vtcm.bytes = vtcm_bytes;
    return target;
}

Attributes matrix(int64_t m, int64_t n, int64_t k) { return {{"m", m}, {"n", n}, {"k", k}}; }

Passes passes_of(const Attributes &kernel, const Tile &tile, const StagedOperands &staged, int64_t cache = 1024 * kib) {
    const TargetFacts target = hexagon_with(0);
    return dot_passes(fully_connected_shape(kernel, target, hexagon::dot_machine()), 1, cache, tile, staged);
}

/// Weights of 16 MiB, in panels of 512 KiB for a tile.
const Attributes large = matrix(128, 4096, 4096);

TEST(DotPasses, OneBlockReadsWeightsOnce) {
    const Passes passes = passes_of(large, {{"mr", 7}, {"nv", 4}, {"xb", 128}, {"yb", 1}}, {});
    EXPECT_EQ(passes.weights, 1);
    EXPECT_EQ(passes.src, 4096 / 128); // the block and a panel fill the cache: each panel reads it anew
}

TEST(DotPasses, SmallerBlocksStayBesideAPanel) {
    const Passes passes = passes_of(large, {{"mr", 7}, {"nv", 4}, {"xb", 56}, {"yb", 1}}, {});
    EXPECT_EQ(passes.weights, 3);
    EXPECT_EQ(passes.src, 1);
}

TEST(DotPasses, AStagedSourceIsReadOnce) {
    const Passes passes = passes_of(large, {{"mr", 7}, {"nv", 4}, {"xb", 128}, {"yb", 1}}, {false, true});
    EXPECT_EQ(passes.weights, 1);
    EXPECT_EQ(passes.src, 1);
}

TEST(DotPasses, PanelsThatDoNotFitAreReadForEachTileUnlessStaged) {
    const Tile tile = {{"mr", 7}, {"nv", 4}, {"xb", 56}, {"yb", 1}};
    EXPECT_EQ(passes_of(large, tile, {}, 256 * kib).weights, 3 * 56 / 7);
    EXPECT_EQ(passes_of(large, tile, {true, false}, 256 * kib).weights, 3);
}

TEST(DotPasses, WeightsThatFitAreReadOnce) {
    const Passes passes = passes_of(matrix(1024, 256, 256), {{"mr", 7}, {"nv", 4}, {"xb", 56}, {"yb", 1}}, {});
    EXPECT_EQ(passes.weights, 1);
    EXPECT_EQ(passes.src, 1);
}

struct Choice {
    Tile tile;
    TileTraffic traffic;

    int64_t staged_bytes() const { return traffic.staged_weights + traffic.staged_src; }
    int64_t moved_bytes(const Attributes &kernel) const {
        const int64_t k = kernel.at("k");
        return k * kernel.at("n") * traffic.passes.weights + k * kernel.at("m") * traffic.passes.src;
    }
};

Choice preferred(const Attributes &kernel, int64_t vtcm_bytes) {
    const TargetFacts target = hexagon_with(vtcm_bytes);
    const Tile tile = hexagon::fully_connected_preferred(kernel, target);
    return {tile, hexagon::fully_connected_traffic(kernel, target, tile)};
}

TEST(VtcmPlans, MoreVtcmMovesFewerBytes) {
    const Attributes kernel = matrix(512, 4096, 4096);
    const Choice small = preferred(kernel, 256 * kib), middle = preferred(kernel, 1024 * kib),
                 whole = preferred(kernel, 8192 * kib);
    EXPECT_LE(small.staged_bytes(), 256 * kib);
    EXPECT_LE(middle.staged_bytes(), 1024 * kib);
    EXPECT_LE(whole.staged_bytes(), 8192 * kib);
    EXPECT_GT(small.moved_bytes(kernel), middle.moved_bytes(kernel));
    EXPECT_GT(middle.moved_bytes(kernel), whole.moved_bytes(kernel));
    EXPECT_EQ(whole.traffic.passes.weights, 1);
    EXPECT_EQ(whole.traffic.passes.src, 1);
    EXPECT_GT(whole.traffic.unstaged.src, 1);
}

TEST(VtcmPlans, ASourceOf512KibIsStagedIn1MibAndItsWeightsToIn8) {
    const Choice small = preferred(large, 256 * kib), middle = preferred(large, 1024 * kib),
                 whole = preferred(large, 8192 * kib);
    EXPECT_EQ(small.traffic.staged_src, 0);
    EXPECT_GT(middle.traffic.staged_src, 512 * kib);
    EXPECT_EQ(middle.traffic.staged_weights, 0);
    EXPECT_GT(whole.traffic.staged_src, 512 * kib);
    EXPECT_GT(whole.traffic.staged_weights, 0);
    EXPECT_GT(small.moved_bytes(large), middle.moved_bytes(large));
    EXPECT_EQ(middle.moved_bytes(large), whole.moved_bytes(large)); // each byte once
}

TEST(VtcmPlans, WhatTheCacheHoldsIsNotStaged) {
    EXPECT_EQ(preferred(matrix(64, 256, 256), 8192 * kib).staged_bytes(), 0);
}

TEST(VtcmPlans, LegalTilesFit) {
    const TargetFacts target = hexagon_with(256 * kib);
    bool stages_source = false;
    for (const Tile &tile : hexagon::fully_connected_tiles(large, target)) {
        const TileTraffic traffic = hexagon::fully_connected_traffic(large, target, tile);
        EXPECT_LE(traffic.staged_weights + traffic.staged_src, 256 * kib) << to_string(tile);
        stages_source = stages_source || traffic.staged_src > 0;
    }
    EXPECT_TRUE(stages_source);
    for (const Tile &tile : hexagon::fully_connected_tiles(large, hexagon_with(0))) {
        EXPECT_EQ(tile.at("vtcm"), 0) << to_string(tile);
    }
}

} // namespace
} // namespace nibble
