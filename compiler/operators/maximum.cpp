// maximum: the larger of two tensors of s8, u8 or s16 of one scale, broadcast where one of them is smaller.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/maximum.h"

#include "compiler/operators/rows.h"
#include "compiler/operators/support/ordered_pair.h"

namespace nibble::operators {

OperatorRow maximum_row() { return ordered_pair_row("maximum", {reference::maximum, reference::maximum}); }

} // namespace nibble::operators
