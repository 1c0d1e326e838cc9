// Leaky rectified linear unit, s8: one rescaling above zero and another below.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct LeakyRelu {
    int64_t elements = 1;
    int32_t multiplier = 0, shift = 0;                   ///< src scale / dst scale, Q31; 255 << shift fits s32
    int32_t negative_multiplier = 0, negative_shift = 0; ///< the same times alpha
    int32_t src_zero = 0, dst_zero = 0;                  ///< zero points
};

/// dst = saturate(dst_zero + requantize_double(src - src_zero)), by the second factor where src < src_zero.
void leaky_relu(const LeakyRelu &, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
