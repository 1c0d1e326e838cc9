// SPDX-License-Identifier: Apache-2.0
#include "generators/fixed_point.h"

#include "generators/requantize_q31.h"

namespace nibble {

using Halide::cast;
using Halide::Expr;

Expr saturating_shift_left(const Expr &value, int bits) {
    const Expr wide = cast<int64_t>(value) << bits;
    return cast<int32_t>(clamp(wide, Expr(int64_t{INT32_MIN}), Expr(int64_t{INT32_MAX})));
}

Expr rounding_shift_down(const Expr &value, int bits) {
    // Adding half rounds ties up, so a negative value gives one back.
    return (value + (1 << (bits - 1)) + (value >> 31)) >> bits;
}

Expr reciprocal_of_one_plus(const Expr &x) {
    // Newton's method on half the denominator, from 48/17 - 32/17 d.
    constexpr int32_t forty_eight_over_17 = 1515870810;       // Q2.29
    constexpr int32_t minus_thirty_two_over_17 = -1010580540; // Q2.29
    const Expr half = cast<int32_t>((cast<int64_t>(x) + Expr(int64_t{1} << 31)) >> 1);
    Expr estimate = forty_eight_over_17 + mul_q31(half, minus_thirty_two_over_17);
    for (int i = 0; i < 3; i++) {
        const Expr error = (1 << 29) - mul_q31(half, estimate);
        estimate += saturating_shift_left(mul_q31(estimate, error), 2);
    }
    return saturating_shift_left(estimate, 1);
}

} // namespace nibble
