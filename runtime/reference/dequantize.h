// s8 to reals.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct Dequantize {
    int64_t elements = 1;
    uint32_t scale_bits = 0x3f800000; ///< the f32 scale, as its bits
    int32_t src_zero = 0;             ///< zero point
};

/// dst = scale * (src - src_zero), one f32 multiplication.
void dequantize(const Dequantize &, const int8_t *src, float *dst);

} // namespace nibble::reference
