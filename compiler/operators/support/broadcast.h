// How the operands of an elementwise operator share their elements.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/reference/broadcast.h"

namespace nibble::operators {

using reference::Broadcast;

/// The shape of the result (dimensions align at the innermost, as in numpy), or nothing where the shapes do not fit.
std::optional<std::vector<int64_t>> broadcast_shape(const std::vector<int64_t> &src0, const std::vector<int64_t> &src1);

/// Fewest dimensions for shapes that fit: neighbours in which the same operands have one element are merged, so tensors
/// of equal shape have but one. Nothing where more than four are left.
std::optional<Broadcast> collapse_broadcast(const std::vector<int64_t> &src0, const std::vector<int64_t> &src1);

} // namespace nibble::operators
