// An f32 function applied to quantised values, as TFLite's reference kernels fill their tables.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

/// Scale and zero point of one tensor.
struct RealScale {
    float scale = 1;
    int32_t zero = 0;
};

/// saturate(dst.zero + round(function(src.scale * (value - src.zero)) * (1 / dst.scale))): every step in f32, rounded
/// half away from zero. |function| / dst.scale is below 2^31.
template <typename Function>
int8_t through_reals(int8_t value, const RealScale &src, const RealScale &dst, Function function) {
    const float real = function(src.scale * static_cast<float>(value - src.zero));
    const float inverse = 1.0f / dst.scale;
    return to_s8(static_cast<int64_t>(std::round(real * inverse)), dst.zero, -128, 127);
}

} // namespace nibble::reference
