// minimum: the smaller of two tensors of s8, u8 or s16 of one scale, broadcast where one of them is smaller.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/minimum.h"

#include "compiler/operators/rows.h"
#include "compiler/operators/support/ordered_pair.h"

namespace nibble::operators {

OperatorRow minimum_row() { return ordered_pair_row("minimum", {reference::minimum, reference::minimum}); }

} // namespace nibble::operators
