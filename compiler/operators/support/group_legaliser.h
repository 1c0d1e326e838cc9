// Layers of fully_connected whose activations are f32.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "compiler/layer.h"
#include "model/error.h"

namespace nibble::operators {

/// Whether the operator's first input is an f32 activation.
bool reads_f32(const Model &, const Operator &);

/// As OperatorRow::legalise of fully_connected: a layer of fully_connected_groups. Weights are s4, u4 or s8 with zero
/// points 0 (u4: 8), and scales by group along the inputs, by channel or one; the bias is f32 and may be absent.
Layer legalise_fully_connected_groups(const Model &, const Operator &, std::vector<Finding> &);

/// OperatorRow::legalise of fully_connected_groups: a finding, for a model says fully_connected.
Layer refuse_groups_type(const Model &, const Operator &, std::vector<Finding> &);

} // namespace nibble::operators
