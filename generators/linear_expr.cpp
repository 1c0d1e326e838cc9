// SPDX-License-Identifier: Apache-2.0
#include "generators/linear_expr.h"

#include "generators/opaque.h"
#include "generators/requantize_q31.h"

namespace nibble {

using namespace Halide;

Expr linear_s8(const LinearForm &form, const Expr &a, const Expr &b, int bend, int lo, int hi) {
    const Expr wide_a = cast<int32_t>(a);
    const bool one_side = bend == -128 || form.rnd_below == form.rnd;
    const Expr rnd = one_side ? opaque(form.rnd) : select(wide_a < bend, opaque(form.rnd_below), opaque(form.rnd));
    Expr sum = wide_a * opaque(form.mul_a) + rnd;
    if (b.defined()) {
        sum += cast<int32_t>(b) * opaque(form.mul_b);
    }
    return clamp_s8(shift_right(sum, form.shr), lo, hi);
}

} // namespace nibble
