// Products of pairs of matrices for any target with vectors of 32-bit lanes.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/expand_mul_q31.h"
#include "schedules/generic/dot.h"
#include "schedules/generic/schedules.h"
#include "schedules/matrix_operands.h"
#include "schedules/staging.h"

namespace nibble::generic {

using namespace Halide;

// The tiles are those of a fully connected layer: vc columns of a vector, xr rows of a register tile.
std::vector<Tile> batch_matmul_tiles(const Attributes &kernel, const TargetFacts &target) {
    return fully_connected_tiles(kernel, target);
}

Tile batch_matmul_preferred(const Attributes &kernel, const TargetFacts &target) {
    return fully_connected_preferred(kernel, target);
}

void schedule_batch_matmul(Algorithm &algorithm, const Tile &tile) {
    tile_dot(algorithm, algorithm.at("n"), tile.at("vc"), tile.at("xr"), algorithm.at("m"), product_loops());
    const LoopLevel rows(algorithm.func("dst"), Var("xo"));
    stage(algorithm.func("staged"), algorithm, rows, vector_bytes);
    schedule_matrix_operands(algorithm, rows, vector_bytes);
    algorithm.passes.push_back(expand_mul_q31(algorithm));
}

} // namespace nibble::generic
