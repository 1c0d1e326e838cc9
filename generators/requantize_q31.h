// The shared requantisation of `double` rounding, on Exprs. docs/numerics.md proves the form.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// Name of the call that stands for (acc * multiplier + 2^30) >> 31 on int32, exact in 64 bits, until a pass of the
/// schedule (schedules/expand_mul_q31.h) writes it in the target's instructions.
inline constexpr const char *mul_q31_name = "nibble_mul_q31";

Halide::Expr mul_q31(Halide::Expr acc, Halide::Expr multiplier);

/// acc * multiplier * 2^(shift - 31) by `double` rounding, for one constant factor. |acc| * 2^shift is below 2^30, so
/// that the rounding stays in s32; shift as in TFLite, positive to the left.
Halide::Expr requantize_double(const Halide::Expr &acc, int multiplier, int shift);

/// int32 to s8, clamped to [lo, hi] within s8.
Halide::Expr clamp_s8(const Halide::Expr &value, int lo, int hi);

/// The packed constants of one output channel; compiler/operators/support/channel_requantise.h says what they hold.
struct RequantizeConstants {
    Halide::Expr mul; ///< Q31
    Halide::Expr rnd; ///< rounding half plus the zero point, both scaled by 2^shr
    Halide::Expr shr; ///< right shift
    Halide::Expr shl; ///< left shift of the accumulator; undefined where no channel has one
};

/// What is the same for all channels of a kernel.
struct RequantizeForm {
    int sign_matters; ///< 0, 1 or 2: the correction of negative accumulators, as in channel_requantise.h
    int lo;           ///< least output
    int hi;           ///< greatest output
};

/// acc (int32) to s8, exact to `double` rounding.
Halide::Expr requantize_s8(Halide::Expr acc, const RequantizeConstants &, const RequantizeForm &);

} // namespace nibble
