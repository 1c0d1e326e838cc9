// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/add.h"

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {
namespace {

/// Offset of destination element (i, j, k, l) in an operand whose extents are `e`.
int64_t operand_offset(const int64_t (&e)[4], const int64_t (&index)[4]) {
    int64_t offset = 0;
    for (int d = 0; d < 4; ++d) {
        offset = offset * e[d] + (e[d] == 1 ? 0 : index[d]);
    }
    return offset;
}

int8_t add_element(const Add &p, int8_t a, int8_t b) {
    const int32_t unit = int32_t{1} << p.left_shift;
    const int32_t left = requantize_double((a - p.src0_zero) * unit, p.src0_multiplier, p.src0_shift);
    const int32_t right = requantize_double((b - p.src1_zero) * unit, p.src1_multiplier, p.src1_shift);
    const int32_t sum = requantize_double(left + right, p.dst_multiplier, p.dst_shift);
    return to_s8(sum, p.dst_zero, p.clamp_min, p.clamp_max);
}

} // namespace

void add(const Add &p, const int8_t *src0, const int8_t *src1, int8_t *dst) {
    const int64_t a[4] = {p.a0, p.a1, p.a2, p.a3};
    const int64_t b[4] = {p.b0, p.b1, p.b2, p.b3};
    for (int64_t i = 0; i < p.d0; ++i) {
        for (int64_t j = 0; j < p.d1; ++j) {
            for (int64_t k = 0; k < p.d2; ++k) {
                for (int64_t l = 0; l < p.d3; ++l) {
                    const int64_t index[4] = {i, j, k, l};
                    *dst++ = add_element(p, src0[operand_offset(a, index)], src1[operand_offset(b, index)]);
                }
            }
        }
    }
}

} // namespace nibble::reference
