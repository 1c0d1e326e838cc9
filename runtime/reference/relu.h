// Rectified linear units, s8: a rescaling between two bounds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct Relu {
    int64_t elements = 1;
    int32_t multiplier = 0, shift = 0;         ///< src scale / dst scale, Q31; 255 << shift fits s32
    int32_t src_zero = 0, dst_zero = 0;        ///< zero points
    int32_t clamp_min = -128, clamp_max = 127; ///< of dst, quantised, inclusive
};

/// dst = clamp(dst_zero + requantize_double(src - src_zero)).
void relu(const Relu &, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
