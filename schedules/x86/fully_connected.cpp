// Fully connected layer; rows of the source are the pixels of conv2d's tile, and its instructions multiply them.
// SPDX-License-Identifier: Apache-2.0
//
// Best measured share of the vpdpbusd peak, `bench_kernels --layers=tests/data/layers.csv`, a Sapphire Rapids class
// core: 4096x4096, 512 rows .87; 128 rows .86; 16 rows .72. One row reads its weights at the third-level
// cache's or the memory's rate (29 GB/s). On AVX2, share of vpmaddwd with vpaddd (1.42 of both a cycle): 4096x4096, 512
// rows .92; 128 rows .88; 16 rows .80; one row of 2048, 1000 outputs .55.
#include "schedules/dot_prediction.h"
#include "schedules/dot_shapes.h"
#include "schedules/dot_tasks.h"
#include "schedules/staging.h"
#include "schedules/x86/channel_requantise.h"
#include "schedules/x86/dot_machine.h"
#include "schedules/x86/schedules.h"
#include "schedules/zero_term.h"

namespace nibble::x86 {

using namespace Halide;

std::vector<Tile> fully_connected_tiles(const Attributes &kernel, const TargetFacts &target) {
    return dot_tiles(fully_connected_shape(kernel, target, dot_machine(kernel, target)), target);
}

Tile fully_connected_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_dot_tile(fully_connected_shape(kernel, target, dot_machine(kernel, target)), target);
}

Prediction fully_connected_predict(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    return predict_dot(fully_connected_shape(kernel, target, dot_machine(kernel, target)), target, tile);
}

void schedule_fully_connected(Algorithm &algorithm, const Tile &tile) {
    const LoopLevel block =
        tile_dot(algorithm, tile, algorithm.at("n"), algorithm.at("m"), algorithm.vector_bytes / 4, {}, {});
    run_fully_connected_in_tasks(algorithm, tile);
    stage(algorithm.func("staged"), algorithm, block, algorithm.vector_bytes);
    schedule_zero_term(algorithm, block, algorithm.at("k"), algorithm.vector_bytes);
    expand_requantise(algorithm);
}

} // namespace nibble::x86
