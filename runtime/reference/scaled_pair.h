// Two s8 or s16 operands with scales of their own, brought to a common one, and their sum or difference to the
// destination's. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/broadcast.h"
#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

/// Static parameters of `add` and `sub`.
struct ScaledPair {
    Broadcast extents;
    int32_t src0_zero = 0, src1_zero = 0;        ///< zero points
    int32_t dst_zero = 0;                        ///< zero point
    int32_t left_shift = 20;                     ///< of both operands, before they are scaled: 15 of s16
    int32_t src0_multiplier = 0, src0_shift = 0; ///< src0's scale in the common one, Q31
    int32_t src1_multiplier = 0, src1_shift = 0; ///< src1's scale in the common one, Q31
    int32_t dst_multiplier = 0, dst_shift = 0;   ///< from the common scale to dst's, Q31
    int32_t clamp_min = -128, clamp_max = 127;   ///< of dst, quantised, inclusive
};

/// rq((value - zero) << left_shift) with src0's or src1's multiplier and shift, where rq is requantize_double.
inline int32_t scaled_src0(const ScaledPair &p, int32_t value) {
    return requantize_double((value - p.src0_zero) * (int32_t{1} << p.left_shift), p.src0_multiplier, p.src0_shift);
}
inline int32_t scaled_src1(const ScaledPair &p, int32_t value) {
    return requantize_double((value - p.src1_zero) * (int32_t{1} << p.left_shift), p.src1_multiplier, p.src1_shift);
}

/// clamp(dst_zero + rq(value)) with the destination's multiplier and shift.
template <typename T>
T scaled_dst(const ScaledPair &p, int32_t value) {
    return to_quantised<T>(requantize_double(value, p.dst_multiplier, p.dst_shift), p.dst_zero, p.clamp_min,
                           p.clamp_max);
}

} // namespace nibble::reference
