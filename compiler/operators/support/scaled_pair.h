// What `add` and `sub` share: both operands are brought to a common scale first.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "compiler/operators/support/binary.h"
#include "runtime/reference/scaled_pair.h"

namespace nibble::operators {

/// The row of an operator whose reference this is.
OperatorRow scaled_pair_row(const std::string &name, BinaryReference<reference::ScaledPair>);

} // namespace nibble::operators
