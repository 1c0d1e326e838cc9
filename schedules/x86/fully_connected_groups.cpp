// Fully connected layer of groups: vpdpbusd of unpacked weights with rows that are quantised here.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "generators/group_lowering.h"
#include "schedules/group_tile.h"
#include "schedules/x86/prefetch_panels.h"
#include "schedules/x86/schedules.h"

namespace nibble::x86 {

using namespace Halide;

namespace {

constexpr int64_t many_rows = 96;
constexpr int rows_together = 64; // a quarter of the second cache with 4096 inputs; 128 leave too little of it
constexpr int64_t short_group = 64;
// Of one row's weights from memory, in vectors. Several panels are as many streams, in pages of their own: 12 to 40
// were tried, and 20 comes to .88 to .97 of the rate of only reading, on pages of 4 KiB and of 2 MiB. A single panel
// comes to .92 to .97 with 48 to 128 on pages of 2 MiB, but to .71 to .86 on those of 4 KiB.
constexpr int vectors_ahead = 20;
constexpr int vectors_ahead_alone = 64;

} // namespace

std::vector<Tile> fully_connected_groups_tiles(const Attributes &kernel, const TargetFacts &target) {
    return group_tiles(kernel, target);
}

// Best share of the vpdpbusd peak, 4096 x 4096, Zen 5, `bench_kernels --act=f32` with --wei=s4g128: 16 rows .90, 128
// .91, 512 .90; s4g32: .78, .80, .78; s4: .95, .98, .98. On AVX-512, four panels are four streams of weights, which few
// rows wait for; 8 x 2 has fewer loads for each product, and 6 x 2 leaves registers for the sums of groups, which pays
// for short ones.
Tile fully_connected_groups_preferred(const Attributes &kernel, const TargetFacts &target) {
    const int64_t rows = kernel.at("m");
    const bool wide = target.vector_registers == 32;
    int64_t mr = 4;
    int nv = wide ? 4 : 1;
    if (wide && rows >= many_rows) {
        const bool short_groups = kernel.at("groups") > 1 && kernel.at("k") / kernel.at("groups") <= short_group;
        mr = short_groups ? 6 : kernel.at("groups") > 1 ? 4 : 8;
        nv = mr == 4 ? 4 : 2;
    }
    mr = std::min(mr, rows);
    while (!divides_panels(kernel, nv)) {
        nv /= 2;
    }
    return {{"mr", static_cast<int>(mr)}, {"nv", nv}, {"mb", rows_together}};
}

void schedule_fully_connected_groups(Algorithm &algorithm, const Tile &tile) {
    const int lanes = algorithm.vector_bytes / 4;
    tile_groups(algorithm, tile, lanes, {lanes, lanes});
    const GroupLowering form = group_lowering(algorithm.lowering);
    const int k = (algorithm.at("k") + form.step() - 1) / form.step(), nv = tile.at("nv");
    const int vector = form.panel * form.products;
    if (tile.at("mr") == 1) { // all waits for the weights: the processor's own prefetches end with a page
        const int ahead = (nv == 1 ? vectors_ahead_alone : vectors_ahead) * vector;
        algorithm.passes.push_back(prefetch_panels({"wei", "dots.s1.r$z", "", nv, k * vector, ahead}));
        return;
    }
    algorithm.passes.push_back(prefetch_panels({"wei", "dots.s1.r$z", ".xo", nv, k * vector, 32 * vector}));
    if (algorithm.at("groups") > 1) {
        algorithm.passes.push_back(
            prefetch_panels({"scale", "group$x", ".xo", nv, algorithm.at("groups") * form.panel, 0}));
    }
}

} // namespace nibble::x86
