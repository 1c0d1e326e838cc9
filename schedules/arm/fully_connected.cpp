// Fully connected layer; rows of the source are the pixels of conv2d's tile, and its instructions multiply them.
// SPDX-License-Identifier: Apache-2.0
//
// Share of the sdot peak on Neoverse N1 and V2, as in conv2d.cpp: 64 rows, 256 to 64 .86 and .85; 128 rows, 1024 to 256
// .95 and .94. `single`: .89 and .87; .96 and .94. `float`: .80 and .79; .93 and .92. Share of the smull peak without
// sdot: .95 and .94; .98 and .96. 4-bit weights with sdot: .74 and .74; .85 and .83; 192 rows, 2048 to 512 .88 and .86.
#include "schedules/arm/dot_machine.h"
#include "schedules/arm/schedules.h"
#include "schedules/dot_prediction.h"
#include "schedules/dot_shapes.h"
#include "schedules/dot_tasks.h"
#include "schedules/zero_term.h"

namespace nibble::arm {

using namespace Halide;

std::vector<Tile> fully_connected_tiles(const Attributes &kernel, const TargetFacts &target) {
    return dot_tiles(fully_connected_shape(kernel, target, dot_machine(kernel)), target);
}

Tile fully_connected_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_dot_tile(fully_connected_shape(kernel, target, dot_machine(kernel)), target);
}

Prediction fully_connected_predict(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    return predict_dot(fully_connected_shape(kernel, target, dot_machine(kernel)), target, tile);
}

void schedule_fully_connected(Algorithm &algorithm, const Tile &tile) {
    const LoopLevel block = tile_dot(algorithm, tile, algorithm.at("n"), algorithm.at("m"), dst_lanes, {}, {});
    run_fully_connected_in_tasks(algorithm, tile);
    take_source_by_element(algorithm);
    stage_padded(algorithm.func("staged"), algorithm, block);
    schedule_zero_term(algorithm, block, algorithm.at("k"), algorithm.vector_bytes);
    expand_requantise(algorithm);
}

} // namespace nibble::arm
