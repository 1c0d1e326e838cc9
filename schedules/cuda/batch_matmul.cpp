// Products of pairs of matrices: blocks of each product, whose operands lie in shared memory.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/dot.h"
#include "schedules/cuda/dot_space.h"
#include "schedules/cuda/grid.h"
#include "schedules/cuda/schedules.h"

namespace nibble::cuda {

using namespace Halide;

std::vector<Tile> batch_matmul_tiles(const Attributes &kernel, const TargetFacts &target) {
    return dot_tiles(fully_connected_grid(kernel), target);
}

Tile batch_matmul_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_dot_tile(fully_connected_grid(kernel), target);
}

void schedule_batch_matmul(Algorithm &algorithm, const Tile &tile) {
    constexpr int panel = 3; // dimension of "wei"
    const LoopLevel block = schedule_dot(algorithm, tile, panel, 0);
    for (const char *terms : {"column_terms", "row_terms"}) {
        if (algorithm.funcs.count(terms) != 0) {
            compute_by_block(algorithm.func(terms), algorithm, block, threads_of(tile));
        }
    }
    add_device_passes(algorithm);
}

} // namespace nibble::cuda
