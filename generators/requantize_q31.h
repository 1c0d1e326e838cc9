// The shared requantisation of `double` and `single` rounding, on Exprs. docs/numerics.md proves the form.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// Name of the call that stands for (acc * multiplier + 2^30) >> 31 on int32, exact in 64 bits, until a pass of the
/// schedule (schedules/expand_mul_q31.h) writes it in the target's instructions.
inline constexpr const char *mul_q31_name = "nibble_mul_q31";

Halide::Expr mul_q31(Halide::Expr acc, Halide::Expr multiplier);

/// The same for acc * multiplier >> 31, not rounded: what `single` rounding starts with.
inline constexpr const char *mul_q31_down_name = "nibble_mul_q31_down";

Halide::Expr mul_q31_down(Halide::Expr acc, Halide::Expr multiplier);

/// (value + half) >> shr on int32, where half is 2^(shr - 1) and the sum fits: an instruction of some targets.
inline constexpr const char *round_shift_name = "nibble_round_shift";

Halide::Expr round_shift(Halide::Expr value, Halide::Expr half, Halide::Expr shr);

/// value + zero (int32, the sum fits; zero within s8) saturated to int8.
inline constexpr const char *saturate_at_zero_name = "nibble_saturate_at_zero";

Halide::Expr saturate_at_zero(Halide::Expr value, Halide::Expr zero);

/// acc * multiplier * 2^(shift - 31) by `double` rounding, for one constant factor. |acc| * 2^shift is below 2^30, so
/// that the rounding stays in s32; shift as in TFLite, positive to the left.
Halide::Expr requantize_double(const Halide::Expr &acc, int multiplier, int shift);

/// s8 clamped to [lo, hi].
Halide::Expr bound_s8(Halide::Expr value, int lo, int hi);

/// int32 to s8, clamped to [lo, hi] within s8.
Halide::Expr clamp_s8(const Halide::Expr &value, int lo, int hi);

/// int32 to an integer of 8 or 16 bits, clamped to [lo, hi] within them.
Halide::Expr clamp_to_bits(const Halide::Expr &value, int bits, int lo, int hi);

} // namespace nibble
