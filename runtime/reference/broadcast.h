// The two operands of an elementwise operator, of which each may be broadcast.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nibble::reference {

/// Four dimensions, outermost first. An operand extent is dst's, or 1 where its one element serves the dimension.
struct Broadcast {
    std::array<int64_t, 4> dst = {1, 1, 1, 1};
    std::array<int64_t, 4> src0 = {1, 1, 1, 1};
    std::array<int64_t, 4> src1 = {1, 1, 1, 1};
};

/// Offset of destination element `index` in a dense operand of these extents.
inline int64_t operand_offset(const std::array<int64_t, 4> &extents, const std::array<int64_t, 4> &index) {
    int64_t offset = 0;
    for (size_t d = 0; d < 4; ++d) {
        offset = offset * extents[d] + (extents[d] == 1 ? 0 : index[d]);
    }
    return offset;
}

/// dst = f(src0, src1), element by element. All tensors dense.
template <typename T, typename Function>
void for_each_pair(const Broadcast &extents, const T *src0, const T *src1, T *dst, const Function &f) {
    const std::array<int64_t, 4> &d = extents.dst;
    std::array<int64_t, 4> index{};
    for (index[0] = 0; index[0] < d[0]; ++index[0]) {
        for (index[1] = 0; index[1] < d[1]; ++index[1]) {
            for (index[2] = 0; index[2] < d[2]; ++index[2]) {
                for (index[3] = 0; index[3] < d[3]; ++index[3]) {
                    *dst++ = f(src0[operand_offset(extents.src0, index)], src1[operand_offset(extents.src1, index)]);
                }
            }
        }
    }
}

} // namespace nibble::reference
