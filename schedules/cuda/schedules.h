// The schedules of NVIDIA's GPUs: one file for each kind of grid.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::cuda {

std::vector<Tile> batch_matmul_tiles(const Attributes &, const TargetFacts &);
Tile batch_matmul_preferred(const Attributes &, const TargetFacts &);
void schedule_fully_connected_groups(Algorithm &, const Tile &);
void schedule_batch_matmul(Algorithm &, const Tile &);

std::vector<Tile> conv2d_tiles(const Attributes &, const TargetFacts &);
Tile conv2d_preferred(const Attributes &, const TargetFacts &);
void schedule_conv2d(Algorithm &, const Tile &);

void schedule_dynamic_quantize(Algorithm &, const Tile &);

std::vector<Tile> elements_tiles(const Attributes &, const TargetFacts &);
Tile elements_preferred(const Attributes &, const TargetFacts &);
void schedule_elements(Algorithm &, const Tile &);

std::vector<Tile> fully_connected_tiles(const Attributes &, const TargetFacts &);
Tile fully_connected_preferred(const Attributes &, const TargetFacts &);
void schedule_fully_connected(Algorithm &, const Tile &);

std::vector<Tile> pieces_tiles(const Attributes &, const TargetFacts &);
Tile pieces_preferred(const Attributes &, const TargetFacts &);
void schedule_concat(Algorithm &, const Tile &);
void schedule_pad(Algorithm &, const Tile &);

void schedule_quantize_rows(Algorithm &, const Tile &);

std::vector<Tile> rows_tiles(const Attributes &, const TargetFacts &);
Tile rows_preferred(const Attributes &, const TargetFacts &);
void schedule_rows(Algorithm &, const Tile &);

std::vector<Tile> svdf_tiles(const Attributes &, const TargetFacts &);
Tile svdf_preferred(const Attributes &, const TargetFacts &);
void schedule_svdf(Algorithm &, const Tile &);

std::vector<Tile> transpose_conv2d_tiles(const Attributes &, const TargetFacts &);
Tile transpose_conv2d_preferred(const Attributes &, const TargetFacts &);
void schedule_transpose_conv2d(Algorithm &, const Tile &);

} // namespace nibble::cuda
