// Elementwise product of two s8 or s16 tensors with scales of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/broadcast.h"

namespace nibble::reference {

/// Static parameters.
struct Mul {
    Broadcast extents;
    int32_t src0_zero = 0, src1_zero = 0;      ///< zero points
    int32_t dst_zero = 0;                      ///< zero point
    int32_t multiplier = 0, shift = 0;         ///< of the product, Q31
    int32_t clamp_min = -128, clamp_max = 127; ///< of dst, quantised, inclusive
};

/// dst = clamp(dst_zero + requantize_double((src0 - src0_zero) * (src1 - src1_zero), multiplier, shift)). All tensors
/// dense, of int8_t, or int16_t with zero points 0.
template <typename T>
void mul(const Mul &, const T *src0, const T *src1, T *dst);

extern template void mul(const Mul &, const int8_t *, const int8_t *, int8_t *);
extern template void mul(const Mul &, const int16_t *, const int16_t *, int16_t *);

} // namespace nibble::reference
