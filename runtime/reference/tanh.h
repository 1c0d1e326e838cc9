// The hyperbolic tangent, s8.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct Tanh {
    int64_t elements = 1;
    uint32_t src_scale_bits = 0x3f800000; ///< the f32 scales, as their bits; 1 / the dst's is below 2^31
    uint32_t dst_scale_bits = 0x3c000000;
    int32_t src_zero = 0, dst_zero = 0; ///< zero points
};

/// dst = saturate(dst_zero + round(tanh(src_scale * (src - src_zero)) / dst_scale)): in f32, times the f32 inverse of
/// the scale, rounded half away from zero. tanh is the f32 nearest to its f64.
void tanh(const Tanh &, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
