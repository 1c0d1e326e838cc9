// gemmlowp's fixed-point functions that several operators use. Qi.f has f fraction bits in 32.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

constexpr int32_t one_q0_31 = std::numeric_limits<int32_t>::max();

/// The product of two numbers, one of them Q0.31, in the other's form.
inline int32_t multiply(int32_t a, int32_t b) { return saturating_rounding_doubling_high_mul(a, b); }

inline int32_t saturating_shift_left(int32_t x, int bits) {
    const int64_t shifted = int64_t{x} * (int64_t{1} << bits);
    return static_cast<int32_t>(std::clamp<int64_t>(shifted, std::numeric_limits<int32_t>::min(), one_q0_31));
}

/// 32 for 0.
inline int leading_zeros(uint32_t x) {
    int zeros = 0;
    for (uint32_t bit = uint32_t{1} << 31; bit != 0 && (x & bit) == 0; bit >>= 1) {
        ++zeros;
    }
    return zeros;
}

/// 1 / (1 + x) in Q0.31 for x in [0, 1), Q0.31: Newton's method on half the denominator, from 48/17 - 32/17 d.
inline int32_t reciprocal_of_one_plus(int32_t x) {
    constexpr int32_t forty_eight_over_17 = 1515870810;       // Q2.29
    constexpr int32_t minus_thirty_two_over_17 = -1010580540; // Q2.29
    const auto half = static_cast<int32_t>((int64_t{x} + one_q0_31 + 1) >> 1);
    int32_t estimate = forty_eight_over_17 + multiply(half, minus_thirty_two_over_17);
    for (int i = 0; i < 3; ++i) {
        const int32_t error = (int32_t{1} << 29) - multiply(half, estimate);
        estimate += saturating_shift_left(multiply(estimate, error), 2);
    }
    return saturating_shift_left(estimate, 1);
}

} // namespace nibble::reference
