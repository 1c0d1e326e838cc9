// Leaky rectified linear unit, s16, between bounds: the meaning of leaky_relu and relu where activations are s16.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/leaky_relu.h"

namespace nibble::reference {

/// Static parameters. Zero points are 0; 32768 << shift fits s32.
struct LeakyReluS16 : LeakyRelu {
    int32_t clamp_min = -32768, clamp_max = 32767; ///< of dst, quantised, inclusive
};

/// dst = clamp(requantize_double(src)), by the second factor where src < 0.
void leaky_relu_s16(const LeakyReluS16 &, const int16_t *src, int16_t *dst);

} // namespace nibble::reference
