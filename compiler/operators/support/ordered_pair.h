// What `maximum` and `minimum` share: values are compared as they are, since all tensors have one scale.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "compiler/operators/support/binary.h"
#include "runtime/reference/broadcast.h"

namespace nibble::operators {

/// The row of an operator whose reference this is.
OperatorRow ordered_pair_row(const std::string &name, BinaryReference<reference::Broadcast>);

} // namespace nibble::operators
