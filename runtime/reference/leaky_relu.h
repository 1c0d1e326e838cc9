// Leaky rectified linear unit, s8: one rescaling above zero and another below.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

/// Static parameters.
struct LeakyRelu {
    int64_t elements = 1;
    int32_t multiplier = 0, shift = 0;                   ///< src scale / dst scale, Q31; 255 << shift fits s32
    int32_t negative_multiplier = 0, negative_shift = 0; ///< the same times alpha
    int32_t src_zero = 0, dst_zero = 0;                  ///< zero points
};

/// requantize_double(difference) by the first factor, or below 0 the second.
inline int32_t scaled_leaky(const LeakyRelu &p, int32_t difference) {
    return difference < 0 ? requantize_double(difference, p.negative_multiplier, p.negative_shift)
                          : requantize_double(difference, p.multiplier, p.shift);
}

/// dst = saturate(dst_zero + requantize_double(src - src_zero)), by the second factor where src < src_zero.
void leaky_relu(const LeakyRelu &, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
