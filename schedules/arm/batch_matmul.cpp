// Products of pairs of matrices, with the instructions and tiles of a fully connected layer.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/arm/dot_machine.h"
#include "schedules/arm/schedules.h"
#include "schedules/dot_prediction.h"
#include "schedules/dot_shapes.h"
#include "schedules/dot_tasks.h"
#include "schedules/expand_mul_q31.h"
#include "schedules/matrix_operands.h"
#include "schedules/saturated.h"

namespace nibble::arm {

using namespace Halide;

std::vector<Tile> batch_matmul_tiles(const Attributes &kernel, const TargetFacts &target) {
    return dot_tiles(fully_connected_shape(kernel, target, dot_machine(kernel)), target);
}

Tile batch_matmul_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_dot_tile(fully_connected_shape(kernel, target, dot_machine(kernel)), target);
}

Prediction batch_matmul_predict(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    return predict_dot(fully_connected_shape(kernel, target, dot_machine(kernel)), target, tile);
}

void schedule_batch_matmul(Algorithm &algorithm, const Tile &tile) {
    const LoopLevel block =
        tile_dot(algorithm, tile, algorithm.at("n"), algorithm.at("m"), dst_lanes, {}, product_loops());
    run_batch_matmul_in_tasks(algorithm, tile);
    take_source_by_element(algorithm);
    stage_padded(algorithm.func("staged"), algorithm, block);
    schedule_matrix_operands(algorithm, block, algorithm.vector_bytes);
    algorithm.passes = {expand_mul_q31_by_rounding_high(), narrow_saturated()};
}

} // namespace nibble::arm
