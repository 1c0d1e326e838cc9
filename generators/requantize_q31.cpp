// SPDX-License-Identifier: Apache-2.0
#include "generators/requantize_q31.h"

#include <utility>

#include "generators/opaque.h"

namespace nibble {

using Halide::cast;
using Halide::Expr;

Expr mul_q31(Expr acc, Expr multiplier) {
    return Halide::Internal::Call::make(Halide::Int(32), mul_q31_name, {std::move(acc), std::move(multiplier)},
                                        Halide::Internal::Call::PureExtern);
}

Expr requantize_double(const Expr &acc, int multiplier, int shift) {
    const Expr product = mul_q31(shift > 0 ? acc << shift : acc, opaque(multiplier));
    if (shift >= 0) {
        return product;
    }
    // Half away from zero: adding half rounds ties up, so a negative product gives one back.
    return shift_right(product + opaque(1 << (-shift - 1)) + (product >> 31), -shift);
}

Expr clamp_s8(const Expr &value, int lo, int hi) {
    // Selects rather than saturating_cast: LLVM turns them into one narrowing instruction (vpmovsdb), saturating_cast
    // into five.
    const Expr upper = select(value > 127, 127, value);
    Expr result = cast<int8_t>(select(upper < -128, -128, upper));
    if (lo > -128) {
        result = max(result, cast<int8_t>(lo));
    }
    if (hi < 127) {
        result = min(result, cast<int8_t>(hi));
    }
    return result;
}

} // namespace nibble
