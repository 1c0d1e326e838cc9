// SPDX-License-Identifier: Apache-2.0
#include "generators/requantize_q31.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "generators/opaque.h"
#include "generators/saturate_s8.h"

namespace nibble {

using Halide::cast;
using Halide::Expr;

namespace {

Expr call(const Halide::Type &type, const char *name, const std::vector<Expr> &arguments) {
    return Halide::Internal::Call::make(type, name, arguments, Halide::Internal::Call::PureExtern);
}

/// min(value, hi) of s8 as sums that saturate at 127, of what hi lacks of it in two parts that are s8.
Expr saturating_min(const Expr &value, int hi) {
    const int above = 127 - hi, first = std::min(above, 127);
    const Expr parts[] = {cast<int8_t>(first), cast<int8_t>(above - first)};
    return saturating_sub(saturating_sub(saturating_add(saturating_add(value, parts[0]), parts[1]), parts[1]),
                          parts[0]);
}

} // namespace

Expr mul_q31(Expr acc, Expr multiplier) {
    return call(Halide::Int(32), mul_q31_name, {std::move(acc), std::move(multiplier)});
}

Expr mul_q31_down(Expr acc, Expr multiplier) {
    return call(Halide::Int(32), mul_q31_down_name, {std::move(acc), std::move(multiplier)});
}

Expr round_shift(Expr value, Expr half, Expr shr) {
    return call(Halide::Int(32), round_shift_name, {std::move(value), std::move(half), std::move(shr)});
}

Expr saturate_at_zero(Expr value, Expr zero) {
    return call(Halide::Int(8), saturate_at_zero_name, {std::move(value), std::move(zero)});
}

Expr requantize_double(const Expr &acc, int multiplier, int shift) {
    const Expr product = mul_q31(shift > 0 ? acc << shift : acc, opaque(multiplier));
    if (shift >= 0) {
        return product;
    }
    // Half away from zero: adding half rounds ties up, so a negative product gives one back.
    return shift_right(product + opaque(1 << (-shift - 1)) + (product >> 31), -shift);
}

Expr bound_s8(Expr value, int lo, int hi) {
    if (lo > -128) {
        value = max(value, cast<int8_t>(lo));
    }
    if (hi == lo + 1) {
        // LLVM 21 for Hexagon stores a wrong byte here and there of what it knows to be one of two numbers.
        return saturating_min(value, hi);
    }
    return hi < 127 ? min(value, cast<int8_t>(hi)) : value;
}

Expr clamp_s8(const Expr &value, int lo, int hi) { return bound_s8(saturate_s8(value), lo, hi); }

Expr clamp_to_bits(const Expr &value, int bits, int lo, int hi) {
    return bits == 8 ? clamp_s8(value, lo, hi) : cast(Halide::Int(bits), clamp(value, lo, hi));
}

} // namespace nibble
