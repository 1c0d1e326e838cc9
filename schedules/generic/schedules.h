// The schedules of the generic family, which every target without one of its own falls back to: one file an operator.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::generic {

std::vector<Tile> average_pool2d_tiles(const Attributes &, const TargetFacts &);
Tile average_pool2d_preferred(const Attributes &, const TargetFacts &);
void schedule_average_pool2d(Algorithm &, const Tile &);

std::vector<Tile> batch_matmul_tiles(const Attributes &, const TargetFacts &);
Tile batch_matmul_preferred(const Attributes &, const TargetFacts &);
void schedule_batch_matmul(Algorithm &, const Tile &);

std::vector<Tile> batch_matmul_s16_tiles(const Attributes &, const TargetFacts &);
Tile batch_matmul_s16_preferred(const Attributes &, const TargetFacts &);
void schedule_batch_matmul_s16(Algorithm &, const Tile &);

std::vector<Tile> binary_tiles(const Attributes &, const TargetFacts &);
Tile binary_preferred(const Attributes &, const TargetFacts &);
void schedule_binary(Algorithm &, const Tile &);

std::vector<Tile> concat_tiles(const Attributes &, const TargetFacts &);
Tile concat_preferred(const Attributes &, const TargetFacts &);
void schedule_concat(Algorithm &, const Tile &);

std::vector<Tile> conv2d_tiles(const Attributes &, const TargetFacts &);
Tile conv2d_preferred(const Attributes &, const TargetFacts &);
void schedule_conv2d(Algorithm &, const Tile &);

std::vector<Tile> conv2d_s16_tiles(const Attributes &, const TargetFacts &);
Tile conv2d_s16_preferred(const Attributes &, const TargetFacts &);
void schedule_conv2d_s16(Algorithm &, const Tile &);

std::vector<Tile> depthwise_conv2d_tiles(const Attributes &, const TargetFacts &);
Tile depthwise_conv2d_preferred(const Attributes &, const TargetFacts &);
void schedule_depthwise_conv2d(Algorithm &, const Tile &);

std::vector<Tile> dequantize_tiles(const Attributes &, const TargetFacts &);
Tile dequantize_preferred(const Attributes &, const TargetFacts &);
void schedule_dequantize(Algorithm &, const Tile &);

std::vector<Tile> fully_connected_tiles(const Attributes &, const TargetFacts &);
Tile fully_connected_preferred(const Attributes &, const TargetFacts &);
void schedule_fully_connected(Algorithm &, const Tile &);

std::vector<Tile> fully_connected_groups_tiles(const Attributes &, const TargetFacts &);
Tile fully_connected_groups_preferred(const Attributes &, const TargetFacts &);
void schedule_fully_connected_groups(Algorithm &, const Tile &);

std::vector<Tile> integer_sums_tiles(const Attributes &, const TargetFacts &);
Tile integer_sums_preferred(const Attributes &, const TargetFacts &);
void schedule_integer_sums(Algorithm &, const Tile &);

std::vector<Tile> max_pool2d_tiles(const Attributes &, const TargetFacts &);
Tile max_pool2d_preferred(const Attributes &, const TargetFacts &);
void schedule_max_pool2d(Algorithm &, const Tile &);

std::vector<Tile> mean_tiles(const Attributes &, const TargetFacts &);
Tile mean_preferred(const Attributes &, const TargetFacts &);
void schedule_mean(Algorithm &, const Tile &);

std::vector<Tile> pad_tiles(const Attributes &, const TargetFacts &);
Tile pad_preferred(const Attributes &, const TargetFacts &);
void schedule_pad(Algorithm &, const Tile &);

std::vector<Tile> quantize_tiles(const Attributes &, const TargetFacts &);
Tile quantize_preferred(const Attributes &, const TargetFacts &);
void schedule_quantize(Algorithm &, const Tile &);

std::vector<Tile> quantize_rows_tiles(const Attributes &, const TargetFacts &);
Tile quantize_rows_preferred(const Attributes &, const TargetFacts &);
void schedule_quantize_rows(Algorithm &, const Tile &);

std::vector<Tile> requantize_tiles(const Attributes &, const TargetFacts &);
Tile requantize_preferred(const Attributes &, const TargetFacts &);
void schedule_requantize(Algorithm &, const Tile &);

std::vector<Tile> reshape_tiles(const Attributes &, const TargetFacts &);
Tile reshape_preferred(const Attributes &, const TargetFacts &);
void schedule_reshape(Algorithm &, const Tile &);

std::vector<Tile> l2_normalization_tiles(const Attributes &, const TargetFacts &);
Tile l2_normalization_preferred(const Attributes &, const TargetFacts &);
void schedule_l2_normalization(Algorithm &, const Tile &);

std::vector<Tile> leaky_relu_s16_tiles(const Attributes &, const TargetFacts &);
Tile leaky_relu_s16_preferred(const Attributes &, const TargetFacts &);
void schedule_leaky_relu_s16(Algorithm &, const Tile &);

std::vector<Tile> log_softmax_tiles(const Attributes &, const TargetFacts &);
Tile log_softmax_preferred(const Attributes &, const TargetFacts &);
void schedule_log_softmax(Algorithm &, const Tile &);

std::vector<Tile> lookup_tiles(const Attributes &, const TargetFacts &);
Tile lookup_preferred(const Attributes &, const TargetFacts &);
void schedule_lookup(Algorithm &, const Tile &);

std::vector<Tile> reals_tiles(const Attributes &, const TargetFacts &);
Tile reals_preferred(const Attributes &, const TargetFacts &);
void schedule_reals(Algorithm &, const Tile &);
void schedule_dynamic_quantize(Algorithm &, const Tile &);

std::vector<Tile> resize_bilinear_tiles(const Attributes &, const TargetFacts &);
Tile resize_bilinear_preferred(const Attributes &, const TargetFacts &);
void schedule_resize_bilinear(Algorithm &, const Tile &);

std::vector<Tile> resize_nearest_neighbor_tiles(const Attributes &, const TargetFacts &);
Tile resize_nearest_neighbor_preferred(const Attributes &, const TargetFacts &);
void schedule_resize_nearest_neighbor(Algorithm &, const Tile &);

std::vector<Tile> slice_tiles(const Attributes &, const TargetFacts &);
Tile slice_preferred(const Attributes &, const TargetFacts &);
void schedule_slice(Algorithm &, const Tile &);

std::vector<Tile> softmax_tiles(const Attributes &, const TargetFacts &);
Tile softmax_preferred(const Attributes &, const TargetFacts &);
void schedule_softmax(Algorithm &, const Tile &);

std::vector<Tile> softmax_s16_tiles(const Attributes &, const TargetFacts &);
Tile softmax_s16_preferred(const Attributes &, const TargetFacts &);
void schedule_softmax_s16(Algorithm &, const Tile &);

std::vector<Tile> strided_copy_tiles(const Attributes &, const TargetFacts &);
Tile strided_copy_preferred(const Attributes &, const TargetFacts &);
void schedule_strided_copy(Algorithm &, const Tile &);

std::vector<Tile> svdf_tiles(const Attributes &, const TargetFacts &);
Tile svdf_preferred(const Attributes &, const TargetFacts &);
void schedule_svdf(Algorithm &, const Tile &);

std::vector<Tile> transpose_conv2d_tiles(const Attributes &, const TargetFacts &);
Tile transpose_conv2d_preferred(const Attributes &, const TargetFacts &);
void schedule_transpose_conv2d(Algorithm &, const Tile &);

} // namespace nibble::generic
