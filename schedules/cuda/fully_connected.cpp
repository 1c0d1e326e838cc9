// Fully connected layer: blocks of outputs and rows, whose operands lie in shared memory.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/dot.h"
#include "schedules/cuda/dot_space.h"
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

using namespace Halide;

std::vector<Tile> fully_connected_tiles(const Attributes &kernel, const TargetFacts &target) {
    return dot_tiles(fully_connected_grid(kernel), target);
}

Tile fully_connected_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_dot_tile(fully_connected_grid(kernel), target);
}

void schedule_fully_connected(Algorithm &algorithm, const Tile &tile) {
    constexpr int panel = 3; // dimension of "wei"
    const LoopLevel block = schedule_dot(algorithm, tile, panel, 0);
    if (algorithm.funcs.count("zero_term") != 0) {
        compute_by_block(algorithm.func("zero_term"), algorithm, block, tile);
        algorithm.func("pixel_sum").compute_at(algorithm.func("zero_term"), Var("thread"));
    }
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
