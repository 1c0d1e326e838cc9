// Fully connected layer by vpdpbusd on AVX512-VNNI; rows of the source are the pixels of conv2d's tile.
// SPDX-License-Identifier: Apache-2.0
//
// Best measured share of the vpdpbusd peak, `bench_kernels --layers=tests/data/layers.csv`, a Sapphire Rapids class
// core: 4096x4096, 512 rows .87; 128 rows .86; 16 rows .72. One row reads its weights at the third-level
// cache's or the memory's rate (29 GB/s).
#include "schedules/x86/channel_requantise.h"
#include "schedules/x86/dot_tile.h"
#include "schedules/x86/schedules.h"
#include "schedules/x86/staging.h"
#include "schedules/zero_term.h"

namespace nibble::x86 {

using namespace Halide;

namespace {

DotShape shape_of(const Attributes &kernel) {
    DotShape shape = {};
    shape.columns = kernel.at("m");
    shape.rows = 1;
    shape.panels = (kernel.at("n") + lanes - 1) / lanes;
    shape.groups = 1;
    shape.steps = (kernel.at("k") + 3) / 4;
    shape.column_bytes = shape.steps * 4;
    shape.row_bytes = shape.column_bytes * shape.columns;
    shape.row_step = 1;
    shape.halo_rows = 1;
    shape.requantise_instructions = requantise_instructions(kernel);
    shape.whole_rows = false;
    return shape;
}

} // namespace

std::vector<Tile> fully_connected_tiles(const Attributes &kernel, const TargetFacts &target) {
    return dot_tiles(shape_of(kernel), target);
}

Tile fully_connected_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_dot_tile(shape_of(kernel), target);
}

void schedule_fully_connected(Algorithm &algorithm, const Tile &tile) {
    const LoopLevel block = tile_dot(algorithm, tile, algorithm.at("n"), algorithm.at("m"), {}, {});
    stage(algorithm.func("staged"), algorithm, block);
    schedule_zero_term(algorithm, block, algorithm.at("k"), vector_bytes);
    expand_requantise(algorithm);
}

} // namespace nibble::x86
