// Fully connected layer; rows of the source are the pixels of conv2d's tile, and its instructions multiply them.
// SPDX-License-Identifier: Apache-2.0
//
// Share of 256 MACs a packet, as in conv2d.cpp: 192 rows, 2048 to 512 .96; 64 rows, 256 to 64 .73. 4-bit weights: 192
// rows, 2048 to 512 .86, with integers for groups of 128 (8-bit weights in the kernel) .96; 128 rows, 1024 to 256 .82;
// 64 rows, 256 to 64 .64.
#include "schedules/dot_shapes.h"
#include "schedules/hexagon/dot.h"
#include "schedules/hexagon/dot_prediction.h"
#include "schedules/hexagon/pixel_sums.h"
#include "schedules/hexagon/schedules.h"
#include "schedules/hexagon/vtcm.h"

namespace nibble::hexagon {

using namespace Halide;

std::vector<Tile> fully_connected_tiles(const Attributes &kernel, const TargetFacts &target) {
    return whole_vector_tiles(fully_connected_shape(kernel, target, dot_machine()), kernel, target);
}

Tile fully_connected_preferred(const Attributes &kernel, const TargetFacts &target) {
    return preferred_tile(fully_connected_shape(kernel, target, dot_machine()), kernel, target);
}

Prediction fully_connected_predict(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    return predict_dot(fully_connected_shape(kernel, target, dot_machine()), target, tile);
}

TileTraffic fully_connected_traffic(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    return dot_traffic(fully_connected_shape(kernel, target, dot_machine()), 1, target, tile);
}

void schedule_fully_connected(Algorithm &algorithm, const Tile &tile) {
    constexpr int panel = 3; // dimension of "wei"
    const DotLoops loops = tile_dot(algorithm, tile, algorithm.at("n"), algorithm.at("m"), {}, {});
    stage_weights(algorithm, tile, loops, panel);
    stage_rows(algorithm, loops.block, staged_operands(tile).src);
    schedule_pixel_sums(algorithm, loops.block, tile.at("xb"));
    expand_requantise(algorithm);
}

} // namespace nibble::hexagon
