// add: two tensors of s8, u8 or s16 of any scales, broadcast where one of them is smaller.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/add.h"

#include "compiler/operators/rows.h"
#include "compiler/operators/support/scaled_pair.h"

namespace nibble::operators {

OperatorRow add_row() { return scaled_pair_row("add", {reference::add, reference::add}); }

} // namespace nibble::operators
