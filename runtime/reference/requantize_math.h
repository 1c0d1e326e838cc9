// How an s32 accumulator becomes a quantised value: the definition, apart from every optimised form.
// SPDX-License-Identifier: Apache-2.0
//
// Sources: the fixed-point primitives are those of gemmlowp's fixedpoint.h; `double` is TFLite's
// MultiplyByQuantizedMultiplier (kernels/internal/common.cc) as built by default, CMSIS-NN's arm_nn_requantize
// likewise; `single` is both libraries' single-rounding build option; `float` is ONNX's QLinear operators and XNNPACK's
// fp32 path; `reduced16` is what both libraries do with accumulators of 64 bits. docs/numerics.md compares them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace nibble::reference {

/// round(a * b / 2^31), half up; the one product that does not fit, INT32_MIN squared, saturates.
inline int32_t saturating_rounding_doubling_high_mul(int32_t a, int32_t b) {
    if (a == std::numeric_limits<int32_t>::min() && b == a) {
        return std::numeric_limits<int32_t>::max();
    }
    return static_cast<int32_t>((int64_t{a} * b + (int64_t{1} << 30)) >> 31);
}

/// round(x / 2^exponent), half away from zero. 0 <= exponent <= 62.
inline int32_t rounding_divide_by_power_of_two(int32_t x, int exponent) {
    const int64_t wide = x;
    const int64_t mask = (int64_t{1} << exponent) - 1;
    const int64_t remainder = wide & mask;
    const int64_t threshold = (mask >> 1) + (wide < 0 ? 1 : 0);
    return static_cast<int32_t>((wide >> exponent) + (remainder > threshold ? 1 : 0));
}

/// acc * multiplier * 2^(shift - 31) rounded twice. A positive shift goes left first and keeps the low 32 bits:
/// legalise refuses layers whose accumulators would lose any. 0 <= multiplier, -31 <= shift <= 31.
inline int32_t requantize_double(int32_t acc, int32_t multiplier, int shift) {
    const int left = std::max(shift, 0);
    const int right = std::max(-shift, 0);
    const auto shifted = static_cast<int32_t>(static_cast<uint32_t>(acc) << left);
    return rounding_divide_by_power_of_two(saturating_rounding_doubling_high_mul(shifted, multiplier), right);
}

/// acc * multiplier * 2^(shift - 31) rounded once, half up. 0 <= multiplier, -31 <= shift <= 30; saturates.
inline int32_t requantize_single(int32_t acc, int32_t multiplier, int shift) {
    const int64_t half = int64_t{1} << (30 - shift);
    const int64_t rounded = (int64_t{acc} * multiplier + half) >> (31 - shift);
    return static_cast<int32_t>(
        std::clamp<int64_t>(rounded, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()));
}

/// f32(acc) * scale, rounded half to even whatever the rounding mode of the caller's thread; saturates.
inline int32_t requantize_float(int32_t acc, float scale) {
    const float real = static_cast<float>(acc) * scale;
    if (!(real < 2147483648.0f)) {
        return std::numeric_limits<int32_t>::max();
    }
    if (real < -2147483648.0f) {
        return std::numeric_limits<int32_t>::min();
    }
    const float below = std::floor(real);
    const float fraction = real - below;
    const auto low = static_cast<int64_t>(below);
    const bool up = fraction > 0.5f || (fraction == 0.5f && (low & 1) != 0);
    return static_cast<int32_t>(low + (up ? 1 : 0));
}

/// (acc * m16) * 2^(shift - 15) rounded once, half up, of which 32 bits are kept, where m16 is the multiplier's upper
/// half, rounded: TFLite's MultiplyByQuantizedMultiplier of an accumulator of 64 bits. |acc| < 2^47, 0 <= multiplier,
/// -31 <= shift <= 7.
inline int32_t reduced16_multiplier(int32_t multiplier) {
    return multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
}
inline int32_t requantize_reduced16(int64_t acc, int32_t multiplier, int shift) {
    const int right = 15 - shift;
    return static_cast<int32_t>((acc * reduced16_multiplier(multiplier) + (int64_t{1} << (right - 1))) >> right);
}

/// `value` moved to the zero point and clamped to [clamp_min, clamp_max], which lie within T.
template <typename T>
T to_quantised(int64_t value, int32_t zero_point, int32_t clamp_min, int32_t clamp_max) {
    return static_cast<T>(std::clamp<int64_t>(value + zero_point, clamp_min, clamp_max));
}
inline int8_t to_s8(int64_t value, int32_t zero_point, int32_t clamp_min, int32_t clamp_max) {
    return to_quantised<int8_t>(value, zero_point, clamp_min, clamp_max);
}

} // namespace nibble::reference
