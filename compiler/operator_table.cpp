// SPDX-License-Identifier: Apache-2.0
#include "compiler/operator_table.h"

#include <algorithm>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/u8_view.h"

namespace nibble {
namespace {

/// Packed arrays start where a cache line pair and an HVX vector do.
constexpr int64_t packed_alignment = 128;

} // namespace

int64_t PackedLayout::add(std::string name, DType dtype, int64_t size) {
    const int64_t offset = (bytes + packed_alignment - 1) / packed_alignment * packed_alignment;
    arrays.push_back({std::move(name), dtype, offset, size});
    bytes = offset + size;
    return offset;
}

const PackedArray *PackedLayout::find(const std::string &wanted) const {
    const auto found =
        std::find_if(arrays.begin(), arrays.end(), [&](const auto &array) { return array.name == wanted; });
    return found == arrays.end() ? nullptr : &*found;
}

bool OperatorRow::matches(const Layer &layer, size_t i) const {
    const LayerTensor &src = layer.src[i], &dst = layer.dst[0];
    return elementwise && src.elements() == dst.elements() && bits_of(src.dtype) == bits_of(dst.dtype);
}

const std::vector<OperatorRow> &operator_table() {
    static const std::vector<OperatorRow> table = [] {
        std::vector<OperatorRow> rows = {
            operators::add_row(),
            operators::arithmetic_f32_row(),
            operators::average_pool2d_row(),
            operators::batch_matmul_row(),
            operators::batch_matmul_s16_row(),
            operators::concat_row(),
            operators::conv2d_row(),
            operators::conv2d_s16_row(),
            operators::conv_integer_row(),
            operators::depth_to_space_row(),
            operators::depthwise_conv2d_row(),
            operators::dequantize_row(),
            operators::dequantize_linear_row(),
            operators::dynamic_quantize_row(),
            operators::fully_connected_row(),
            operators::fully_connected_groups_row(),
            operators::hard_swish_row(),
            operators::l2_normalization_row(),
            operators::leaky_relu_row(),
            operators::leaky_relu_s16_row(),
            operators::log_softmax_row(),
            operators::logistic_row(),
            operators::lookup_row(),
            operators::matmul_integer_row(),
            operators::max_pool2d_row(),
            operators::maximum_row(),
            operators::mean_row(),
            operators::minimum_row(),
            operators::mul_row(),
            operators::pad_row(),
            operators::quantize_row(),
            operators::quantize_linear_row(),
            operators::quantize_rows_row(),
            operators::relu_row(),
            operators::requantize_row(),
            operators::requantize_linear_row(),
            operators::reshape_row(),
            operators::resize_bilinear_row(),
            operators::resize_nearest_neighbor_row(),
            operators::slice_row(),
            operators::softmax_row(),
            operators::softmax_s16_row(),
            operators::space_to_depth_row(),
            operators::sub_row(),
            operators::svdf_row(),
            operators::tanh_row(),
            operators::transpose_row(),
            operators::transpose_conv2d_row(),
        };
        for (OperatorRow &row : rows) {
            row.reference = row.takes_bytes ? row.reference : operators::through_s8_view(row.reference);
            row.kernel = row.kernel.empty() ? row.name : row.kernel;
        }
        return rows;
    }();
    return table;
}

const OperatorRow *find_operator(const std::string &name) {
    const auto &table = operator_table();
    const auto it = std::find_if(table.begin(), table.end(), [&](const OperatorRow &row) { return row.name == name; });
    return it == table.end() ? nullptr : &*it;
}

} // namespace nibble
