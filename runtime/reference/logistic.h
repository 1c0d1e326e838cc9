// The logistic function, s8.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters. dst has scale 1/256 and zero point -128.
struct Logistic {
    int64_t elements = 1;
    uint32_t src_scale_bits = 0x3f800000; ///< the f32 scale, as its bits
    int32_t src_zero = 0;                 ///< zero point
};

/// dst = 1 / (1 + e^-x) of x = scale * (src - src_zero) in f32, times 256, rounded half away from zero. e^-x is the f32
/// nearest to its f64.
void logistic(const Logistic &, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
