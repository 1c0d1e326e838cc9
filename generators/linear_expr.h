// The linear forms (generators/linear_form.h, generators/narrow_form.h) as Exprs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

#include "generators/linear_form.h"
#include "generators/narrow_form.h"

namespace nibble {

/// The form's value for s8 `a` and `b` (undefined where mul_b is 0), clamped to s8 [lo, hi]; `bend` as in NearlyLinear.
Halide::Expr linear_s8(const LinearForm &, const Halide::Expr &a, const Halide::Expr &b, int bend, int lo, int hi);

/// The same for the 16-bit form of a function of `a` alone.
Halide::Expr narrow_s8(const NarrowForm &, const Halide::Expr &a, int bend, int lo, int hi);

} // namespace nibble
