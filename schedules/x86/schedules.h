// The schedules of the x86 family, one file an operator.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::x86 {

std::vector<Tile> average_pool2d_tiles(const Attributes &, const TargetFacts &);
Tile average_pool2d_preferred(const Attributes &, const TargetFacts &);
void schedule_average_pool2d(Algorithm &, const Tile &);

std::vector<Tile> batch_matmul_tiles(const Attributes &, const TargetFacts &);
Tile batch_matmul_preferred(const Attributes &, const TargetFacts &);
void schedule_batch_matmul(Algorithm &, const Tile &);

std::vector<Tile> binary_tiles(const Attributes &, const TargetFacts &);
Tile binary_preferred(const Attributes &, const TargetFacts &);
void schedule_binary(Algorithm &, const Tile &);

std::vector<Tile> conv2d_tiles(const Attributes &, const TargetFacts &);
Tile conv2d_preferred(const Attributes &, const TargetFacts &);
Prediction conv2d_predict(const Attributes &kernel, const TargetFacts &, const Tile &);
void schedule_conv2d(Algorithm &, const Tile &);

std::vector<Tile> depthwise_conv2d_tiles(const Attributes &, const TargetFacts &);
Tile depthwise_conv2d_preferred(const Attributes &, const TargetFacts &);
Prediction depthwise_conv2d_predict(const Attributes &kernel, const TargetFacts &, const Tile &);
void schedule_depthwise_conv2d(Algorithm &, const Tile &);

std::vector<Tile> lookup_tiles(const Attributes &, const TargetFacts &);
Tile lookup_preferred(const Attributes &, const TargetFacts &);
/// Always: a vector's elements are read before they are written.
bool lookup_in_place(const Attributes &, const Tile &);
void schedule_lookup(Algorithm &, const Tile &);

std::vector<Tile> max_pool2d_tiles(const Attributes &, const TargetFacts &);
Tile max_pool2d_preferred(const Attributes &, const TargetFacts &);
void schedule_max_pool2d(Algorithm &, const Tile &);

std::vector<Tile> requantize_tiles(const Attributes &, const TargetFacts &);
Tile requantize_preferred(const Attributes &, const TargetFacts &);
void schedule_requantize(Algorithm &, const Tile &);

std::vector<Tile> fully_connected_tiles(const Attributes &, const TargetFacts &);
Tile fully_connected_preferred(const Attributes &, const TargetFacts &);
Prediction fully_connected_predict(const Attributes &kernel, const TargetFacts &, const Tile &);
void schedule_fully_connected(Algorithm &, const Tile &);

std::vector<Tile> fully_connected_groups_tiles(const Attributes &, const TargetFacts &);
Tile fully_connected_groups_preferred(const Attributes &, const TargetFacts &);
void schedule_fully_connected_groups(Algorithm &, const Tile &);

std::vector<Tile> transpose_conv2d_tiles(const Attributes &, const TargetFacts &);
Tile transpose_conv2d_preferred(const Attributes &, const TargetFacts &);
Prediction transpose_conv2d_predict(const Attributes &kernel, const TargetFacts &, const Tile &);
void schedule_transpose_conv2d(Algorithm &, const Tile &);

} // namespace nibble::x86
