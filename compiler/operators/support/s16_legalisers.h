// Layers of operators whose activations are s16, where their arithmetic or their kernel is not that of 8 bits: each is
// one of a row "<name>_s16", which no model names. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "compiler/layer.h"
#include "model/error.h"

namespace nibble::operators {

/// Whether the operator's first input is an s16 activation.
bool reads_s16(const Model &, const Operator &);

/// Each as OperatorRow::legalise of the operator in its name. The weighted ones are layers of conv2d_s16, by
/// `reduced16` with a bias of s64 or none, or by `double` with one of s32 or none; batch_matmul only where the right
/// matrix is one of constant s8, elsewhere a layer of batch_matmul_s16.
Layer legalise_batch_matmul_s16(const Model &, const Operator &, std::vector<Finding> &);
Layer legalise_conv2d_s16(const Model &, const Operator &, std::vector<Finding> &);
Layer legalise_depthwise_conv2d_s16(const Model &, const Operator &, std::vector<Finding> &);
Layer legalise_fully_connected_s16(const Model &, const Operator &, std::vector<Finding> &);
Layer legalise_matrix_of_weights_s16(const Model &, const Operator &, std::vector<Finding> &);
Layer legalise_transpose_conv2d_s16(const Model &, const Operator &, std::vector<Finding> &);
Layer legalise_leaky_relu_s16(const Model &, const Operator &, std::vector<Finding> &);
Layer legalise_relu_s16(const Model &, const Operator &, std::vector<Finding> &);
Layer legalise_softmax_s16(const Model &, const Operator &, std::vector<Finding> &);

/// OperatorRow::legalise of such a row: a finding, for a model has the name without "_s16".
Layer refuse_s16_type(const Model &, const Operator &, std::vector<Finding> &);

} // namespace nibble::operators
