// `double` rounding for any accumulator of 32 bits, in 64: what operators use whose requantisation is not their work.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// acc (int32) * multiplier * 2^(shift - 31) by `double` rounding (runtime/reference/requantize_math.h), as int64;
/// shift as in TFLite, positive to the left, which keeps the low 32 bits.
inline Halide::Expr requantize_wide(const Halide::Expr &acc, int multiplier, int shift) {
    using Halide::cast;
    using Halide::Expr;
    const Expr shifted = shift > 0 ? cast<int32_t>(cast<uint32_t>(acc) << cast<uint32_t>(Expr(shift))) : acc;
    const Expr product =
        (cast<int64_t>(shifted) * Expr(int64_t{multiplier}) + Expr(int64_t{1} << 30)) >> Expr(uint64_t{31});
    if (shift >= 0) {
        return product;
    }
    // Half away from zero: adding half rounds ties up, so a negative product gives one back.
    const Expr half = Expr(int64_t{1} << (-shift - 1));
    return (product + half + (product >> Expr(uint64_t{63}))) >> Expr(static_cast<uint64_t>(-shift));
}

} // namespace nibble
