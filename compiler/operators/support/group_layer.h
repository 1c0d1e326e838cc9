// The form of fully_connected that row fully_connected_groups computes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "compiler/layer.h"
#include "model/error.h"

namespace nibble::operators {

/// Whether a fully_connected operator has f32 activations, an f32 or f16 result, or weights with scales by group.
/// Groups with integer multipliers between 8-bit activations are weights of 8 bits (multiplied_weights).
bool is_grouped(const Model &, const Operator &);

/// The layer of such an operator, of row fully_connected_groups. Appends findings as OperatorRow::legalise does.
Layer legalise_groups(const Model &, const Operator &, std::vector<Finding> &);

} // namespace nibble::operators
