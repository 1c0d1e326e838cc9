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

Expr narrow_s8(const NarrowForm &form, const Expr &a, int bend, int lo, int hi) {
    const auto opaque16 = [](int16_t value) { return cast<int16_t>(opaque(value)); };
    const Expr word = cast<int16_t>(a);
    const Expr rnd = form.rnd_below == form.rnd
                         ? opaque16(form.rnd)
                         : select(word < cast<int16_t>(bend), opaque16(form.rnd_below), opaque16(form.rnd));
    const Expr sum = mul_shift_right(word << 8, opaque16(form.mul), 16) + rnd;
    return clamp_s8(sum >> cast<uint16_t>(opaque(form.shr)), lo, hi);
}

} // namespace nibble
