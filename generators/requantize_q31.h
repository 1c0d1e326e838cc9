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

} // namespace nibble
