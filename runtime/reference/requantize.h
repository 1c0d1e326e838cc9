// s8 to s8 of another scale and zero point.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct Requantize {
    int64_t elements = 1;
    int32_t multiplier = 0, shift = 0;  ///< src scale / dst scale, Q31; 255 << shift fits s32
    int32_t src_zero = 0, dst_zero = 0; ///< zero points
};

/// dst = saturate(dst_zero + requantize_double(src - src_zero)).
void requantize(const Requantize &, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
