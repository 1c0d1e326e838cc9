// The row of each operator: one function a file of this folder.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/operator_table.h"

namespace nibble::operators {

OperatorRow add_row();
OperatorRow arithmetic_f32_row();
OperatorRow average_pool2d_row();
OperatorRow batch_matmul_row();
OperatorRow batch_matmul_s16_row();
OperatorRow concat_row();
OperatorRow conv2d_row();
OperatorRow conv2d_s16_row();
OperatorRow conv_integer_row();
OperatorRow depth_to_space_row();
OperatorRow depthwise_conv2d_row();
OperatorRow dequantize_row();
OperatorRow dequantize_linear_row();
OperatorRow dynamic_quantize_row();
OperatorRow fully_connected_row();
OperatorRow fully_connected_groups_row();
OperatorRow hard_swish_row();
OperatorRow l2_normalization_row();
OperatorRow leaky_relu_row();
OperatorRow leaky_relu_s16_row();
OperatorRow log_softmax_row();
OperatorRow logistic_row();
OperatorRow lookup_row();
OperatorRow matmul_integer_row();
OperatorRow max_pool2d_row();
OperatorRow maximum_row();
OperatorRow mean_row();
OperatorRow minimum_row();
OperatorRow mul_row();
OperatorRow pad_row();
OperatorRow quantize_row();
OperatorRow quantize_linear_row();
OperatorRow quantize_rows_row();
OperatorRow relu_row();
OperatorRow requantize_row();
OperatorRow requantize_linear_row();
OperatorRow reshape_row();
OperatorRow resize_bilinear_row();
OperatorRow resize_nearest_neighbor_row();
OperatorRow slice_row();
OperatorRow softmax_row();
OperatorRow softmax_s16_row();
OperatorRow space_to_depth_row();
OperatorRow sub_row();
OperatorRow svdf_row();
OperatorRow tanh_row();
OperatorRow transpose_row();
OperatorRow transpose_conv2d_row();

} // namespace nibble::operators
