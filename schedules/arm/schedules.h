// The schedules of the ARM family, one file an operator.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::arm {

void schedule_average_pool2d(Algorithm &, const Tile &);

std::vector<Tile> batch_matmul_tiles(const Attributes &, const TargetFacts &);
Tile batch_matmul_preferred(const Attributes &, const TargetFacts &);
Prediction batch_matmul_predict(const Attributes &kernel, const TargetFacts &, const Tile &);
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
void schedule_depthwise_conv2d(Algorithm &, const Tile &);

std::vector<Tile> fully_connected_tiles(const Attributes &, const TargetFacts &);
Tile fully_connected_preferred(const Attributes &, const TargetFacts &);
Prediction fully_connected_predict(const Attributes &kernel, const TargetFacts &, const Tile &);
void schedule_fully_connected(Algorithm &, const Tile &);

std::vector<Tile> fully_connected_groups_tiles(const Attributes &, const TargetFacts &);
Tile fully_connected_groups_preferred(const Attributes &, const TargetFacts &);
void schedule_fully_connected_groups(Algorithm &, const Tile &);

void schedule_max_pool2d(Algorithm &, const Tile &);

std::vector<Tile> requantize_tiles(const Attributes &, const TargetFacts &);
Tile requantize_preferred(const Attributes &, const TargetFacts &);
void schedule_requantize(Algorithm &, const Tile &);

std::vector<Tile> transpose_conv2d_tiles(const Attributes &, const TargetFacts &);
Tile transpose_conv2d_preferred(const Attributes &, const TargetFacts &);
Prediction transpose_conv2d_predict(const Attributes &kernel, const TargetFacts &, const Tile &);
void schedule_transpose_conv2d(Algorithm &, const Tile &);

} // namespace nibble::arm
