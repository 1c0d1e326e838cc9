// How the operands of an elementwise operator share their elements.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace nibble::operators {

/// Four dimensions, outermost first. An operand extent is dst's, or 1 where its one element serves the dimension.
struct Broadcast {
    std::array<int64_t, 4> dst = {1, 1, 1, 1};
    std::array<int64_t, 4> src0 = {1, 1, 1, 1};
    std::array<int64_t, 4> src1 = {1, 1, 1, 1};
};

/// The shape of the result (dimensions align at the innermost, as in numpy), or nothing where the shapes do not fit.
std::optional<std::vector<int64_t>> broadcast_shape(const std::vector<int64_t> &src0, const std::vector<int64_t> &src1);

/// Fewest dimensions for shapes that fit: neighbours in which the same operands have one element are merged, so tensors
/// of equal shape have but one. Nothing where more than four are left.
std::optional<Broadcast> collapse_broadcast(const std::vector<int64_t> &src0, const std::vector<int64_t> &src1);

} // namespace nibble::operators
