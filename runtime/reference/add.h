// Elementwise sum of two s8 tensors with scales of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters. Four dimensions, outermost first; an operand extent is the destination's, or 1 where the
/// operand's only element serves the whole dimension.
struct Add {
    int64_t d0 = 1, d1 = 1, d2 = 1, d3 = 1;      ///< dst
    int64_t a0 = 1, a1 = 1, a2 = 1, a3 = 1;      ///< src0
    int64_t b0 = 1, b1 = 1, b2 = 1, b3 = 1;      ///< src1
    int32_t src0_zero = 0, src1_zero = 0;        ///< zero points
    int32_t dst_zero = 0;                        ///< zero point
    int32_t left_shift = 20;                     ///< of both operands, before they are scaled
    int32_t src0_multiplier = 0, src0_shift = 0; ///< src0's scale in the common one, Q31
    int32_t src1_multiplier = 0, src1_shift = 0; ///< src1's scale in the common one, Q31
    int32_t dst_multiplier = 0, dst_shift = 0;   ///< from the common scale to dst's, Q31
    int32_t clamp_min = -128, clamp_max = 127;   ///< of dst, quantised, inclusive
};

/// dst = clamp(dst_zero + rq(rq((src0 - src0_zero) << left_shift) + rq((src1 - src1_zero) << left_shift))), where rq is
/// requantize_double with the operand's or the destination's multiplier and shift. All tensors dense.
void add(const Add &, const int8_t *src0, const int8_t *src1, int8_t *dst);

} // namespace nibble::reference
