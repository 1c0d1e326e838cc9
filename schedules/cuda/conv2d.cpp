// 2-D convolution: blocks of channels and pixels, whose operands lie in shared memory.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/dot.h"
#include "schedules/cuda/dot_space.h"
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

using namespace Halide;

std::vector<Tile> conv2d_tiles(const Attributes &kernel, const TargetFacts &target) {
    return dot_tiles(conv2d_grid(kernel), target);
}

Tile conv2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_dot_tile(conv2d_grid(kernel), target);
}

void schedule_conv2d(Algorithm &algorithm, const Tile &tile) {
    constexpr int panel = 5, y = 4; // dimensions of "wei" and "operand"
    const LoopLevel block = schedule_dot(algorithm, tile, panel, y);
    if (algorithm.funcs.count("zero_term") != 0) {
        compute_by_block(algorithm.func("zero_term"), algorithm, block, threads_of(tile));
        algorithm.func("pixel_sum").compute_at(algorithm.func("zero_term"), Var("thread"));
    }
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
