// What `maximum` and `minimum` share: bytes are compared as they are, since all tensors have one scale.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "compiler/operator_table.h"
#include "runtime/reference/broadcast.h"

namespace nibble::operators {

/// The row of an operator whose reference is this function.
OperatorRow ordered_pair_row(const std::string &name,
                             void (*reference)(const reference::Broadcast &, const int8_t *src0, const int8_t *src1,
                                               int8_t *dst));

} // namespace nibble::operators
