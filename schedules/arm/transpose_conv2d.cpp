// Transposed 2-D convolution with conv2d's instructions: a row of outputs is a convolution for each phase.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/arm/dot_machine.h"
#include "schedules/arm/schedules.h"
#include "schedules/dot_prediction.h"
#include "schedules/dot_shapes.h"
#include "schedules/dot_tasks.h"
#include "schedules/interleave_phases.h"

namespace nibble::arm {

using namespace Halide;

std::vector<Tile> transpose_conv2d_tiles(const Attributes &kernel, const TargetFacts &target) {
    return dot_tiles(transpose_conv2d_shape(kernel, target, dot_machine(kernel)), target);
}

Tile transpose_conv2d_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_dot_tile(transpose_conv2d_shape(kernel, target, dot_machine(kernel)), target);
}

Prediction transpose_conv2d_predict(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    return predict_dot(transpose_conv2d_shape(kernel, target, dot_machine(kernel)), target, tile);
}

void schedule_transpose_conv2d(Algorithm &algorithm, const Tile &tile) {
    Var phase("phase"), y("y"), b("b");
    const auto columns = static_cast<int>(phase_columns(algorithm.parameters));
    schedule_interleaving(algorithm, algorithm.vector_bytes);
    const LoopLevel block = tile_dot(algorithm, tile, algorithm.at("co"), columns, dst_lanes, {phase}, {y, b});
    run_transpose_conv2d_in_tasks(algorithm, tile);
    take_source_by_element(algorithm);
    stage_padded(algorithm.func("staged"), algorithm, block);
    expand_requantise(algorithm);
}

} // namespace nibble::arm
