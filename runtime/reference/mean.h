// Mean over some dimensions, s8 or s16.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters. Neighbouring dimensions that are all kept or all reduced count as one.
struct Mean {
    int64_t k0 = 1, k1 = 1, k2 = 1;     ///< kept extents, outermost first
    int64_t r0 = 1, r1 = 1;             ///< reduced extents between them
    int32_t multiplier = 0;             ///< Q31: the sum's scale to dst's, divided by r0 * r1
    int32_t shift = 0;                  ///< power of two beside it
    int32_t src_zero = 0, dst_zero = 0; ///< zero points
};

/// dst = dst_zero + rq(sum over r0 and r1 of (src - src_zero)), rq by `double` rounding, saturated. src
/// [k0][r0][k1][r1][k2] and dst [k0][k1][k2] are dense, of int8_t or int16_t.
template <typename T>
void mean(const Mean &, const T *src, T *dst);

extern template void mean(const Mean &, const int8_t *, int8_t *);
extern template void mean(const Mean &, const int16_t *, int16_t *);

/// multiplier * 2^(shift - 31) divided by `count` as TFLite's reference kernel (QuantizedMeanOrSum) does: the quotient
/// is truncated, with as many more bits of the multiplier as `count` has below its first, if the shift has room for
/// them.
void divide_multiplier(int64_t count, int32_t &multiplier, int32_t &shift);

} // namespace nibble::reference
