// gemmlowp's fixed-point functions that several operators use, on Exprs: those of runtime/reference/fixed_point.h.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// int32, saturated.
Halide::Expr saturating_shift_left(const Halide::Expr &value, int bits);

/// value / 2^bits, half away from zero. |value| + 2^(bits - 1) fits int32.
Halide::Expr rounding_shift_down(const Halide::Expr &value, int bits);

/// 1 / (1 + x) in Q0.31 for x in [0, 1), Q0.31.
Halide::Expr reciprocal_of_one_plus(const Halide::Expr &x);

} // namespace nibble
