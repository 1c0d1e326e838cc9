// Products of pairs of matrices, with the instructions and tiles of a fully connected layer.
// SPDX-License-Identifier: Apache-2.0
//
// A right matrix that is no constant is packed when it is met: k * n bytes for m * k * n products.
#include "schedules/dot_tasks.h"
#include "schedules/dot_tile.h"
#include "schedules/expand_mul_q31.h"
#include "schedules/matrix_operands.h"
#include "schedules/staging.h"
#include "schedules/x86/schedules.h"

namespace nibble::x86 {

using namespace Halide;

std::vector<Tile> batch_matmul_tiles(const Attributes &kernel, const TargetFacts &target) {
    return fully_connected_tiles(kernel, target);
}

Tile batch_matmul_preferred(const Attributes &kernel, const TargetFacts &target) {
    return fully_connected_preferred(kernel, target);
}

void schedule_batch_matmul(Algorithm &algorithm, const Tile &tile) {
    const LoopLevel block = tile_dot(algorithm, tile, algorithm.at("n"), algorithm.at("m"), algorithm.vector_bytes / 4,
                                     {}, product_loops());
    run_batch_matmul_in_tasks(algorithm, tile);
    stage(algorithm.func("staged"), algorithm, block, algorithm.vector_bytes);
    schedule_matrix_operands(algorithm, block, algorithm.vector_bytes);
    algorithm.passes.push_back(expand_mul_q31_by_pairs(algorithm.at("spare_bit") != 0 ? SpareBit::yes : SpareBit::no));
}

} // namespace nibble::x86
