// What a model has to say about each operator type that we know: number of tensors, attributes and their values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/finding_list.h"
#include "model/model.h"

namespace nibble {

/// Checks one operator; types that have no rule pass, for the compiler names all of those at once.
/// Shapes are not looked at: whether they fit is known when the operator is legalised.
void check_operator_rules(const Operator &op, const std::string &where, FindingList &findings);

/// Whether the integer tensors of 4 to 16 bits of this operator are numbers that need a scale.
bool needs_quantization(const Operator &op);

} // namespace nibble
