// Fully connected layer: blocks of outputs and rows, whose operands lie in shared memory; of few rows, panels of
// outputs whose reduction is shared out. SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/dot.h"
#include "schedules/cuda/dot_space.h"
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"
#include "schedules/cuda/thin.h"

namespace nibble::cuda {

using namespace Halide;

namespace {

bool is_thin(const Attributes &kernel) { return kernel.at("m") <= most_thin_rows; }

} // namespace

std::vector<Tile> fully_connected_tiles(const Attributes &kernel, const TargetFacts &target) {
    return is_thin(kernel) ? thin_tiles(kernel) : dot_tiles(fully_connected_grid(kernel), target);
}

Tile fully_connected_preferred(const Attributes &kernel, const TargetFacts &target) {
    return is_thin(kernel) ? preferred_thin_tile(kernel) : preferred_dot_tile(fully_connected_grid(kernel), target);
}

void schedule_fully_connected(Algorithm &algorithm, const Tile &tile) {
    constexpr int panel = 3; // dimension of "wei"
    const bool thin = is_thin(algorithm.parameters);
    const LoopLevel block = thin ? schedule_thin(algorithm, tile) : schedule_dot(algorithm, tile, panel, 0);
    if (algorithm.funcs.count("zero_term") != 0) {
        const int threads = thin ? most_thin_rows : threads_of(tile);
        compute_by_block(algorithm.func("zero_term"), algorithm, block, threads);
        algorithm.func("pixel_sum").compute_at(algorithm.func("zero_term"), Var("thread"));
    }
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
