// Reals to s8.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct Quantize {
    int64_t elements = 1;
    uint32_t scale_bits = 0x3f800000; ///< the f32 scale, as its bits
    int32_t dst_zero = 0;             ///< zero point
};

/// dst = saturate(dst_zero + round(src / scale)): the quotient in f32, rounded half away from zero, as TFLite's
/// AffineQuantize. NaN gives the zero point; infinities and whatever lies outside s8 saturate.
void quantize(const Quantize &, const float *src, int8_t *dst);

} // namespace nibble::reference
