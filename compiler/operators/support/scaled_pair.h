// What `add` and `sub` share: both operands are brought to a common scale first.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "compiler/operator_table.h"
#include "runtime/reference/scaled_pair.h"

namespace nibble::operators {

/// The row of an operator whose reference is this function.
OperatorRow scaled_pair_row(const std::string &name,
                            void (*reference)(const reference::ScaledPair &, const int8_t *src0, const int8_t *src1,
                                              int8_t *dst));

} // namespace nibble::operators
