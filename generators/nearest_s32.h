// The definition of `float` rounding in integers, for processors without vectors of f32.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// rint(f32(acc) * scale), ties to even, of an s32 and the bits of a normal positive f32 (u32): equal to what f32
/// gives where that is below 2^22 in size, and at least 2^22 in size where it is not.
///
/// Both roundings of f32 are made on significands. The accumulator's a has 24 bits, 2^23 <= a <= 2^24, after its own
/// rounding; with the scale's m, 2^23 <= m < 2^24, the product of 46 to 49 bits stands in two words, high * 2^24 + low;
/// its upper 24 bits, rounded, are q. Of n bits of |acc| the result is q * 2^-s, rounded once more. Each rounding is
/// half to even: half a last place less one is added, and one more where the last place is odd.
inline Halide::Expr nearest_product_s32(const Halide::Expr &acc, const Halide::Expr &scale_bits) {
    using namespace Halide;
    const auto u32 = [](const Expr &value) { return cast<uint32_t>(value); };
    const auto shifted_half_even = [&](const Expr &value, const Expr &by) {
        const Expr one = u32(1) << by;
        return select(by == 0, value, (value + (one >> 1) - 1 + ((value >> by) & 1)) >> by);
    };
    const Expr size = select(acc < 0, u32(0) - u32(acc), u32(acc));
    const Expr bits = 32 - u32(count_leading_zeros(size)); // n
    const Expr a = select(bits > 24, shifted_half_even(size, select(bits > 24, bits - 24, u32(0))),
                          size << select(bits > 24, u32(0), 24 - bits));
    const Expr m = (scale_bits & 0x7fffff) | 0x800000, exponent = scale_bits >> 23;

    const Expr a1 = a >> 12, a0 = a & 0xfff, m1 = m >> 12, m0 = m & 0xfff;
    const Expr middle = a1 * m0 + a0 * m1, below = a0 * m0 + ((middle & 0xfff) << 12);
    const Expr high = a1 * m1 + (middle >> 12) + (below >> 24), low = below & 0xffffff;

    const Expr wide = high >= 0x800000; // 48 bits
    const Expr upper = select(wide, high, (high << 1) | (low >> 23));
    const Expr rest = select(wide, low, (low << 1) & 0xffffff);
    // Sums and shifts alone: LLVM has no instruction for some vectors of the truth values of conditions on both.
    const Expr q = upper + ((rest + 0x7fffff + (upper & 1)) >> 24);

    // acc * scale = q * 2^(p + n - 24 + exponent - 150), p the 24 or 23 bits that q left out.
    const Expr places = cast<int32_t>(bits) + cast<int32_t>(exponent) + select(wide, 24, 23);
    const Expr right = u32(clamp(174 - places, 1, 26));
    const Expr result = cast<int32_t>(shifted_half_even(q, right));
    return select(acc < 0, -result, result);
}

} // namespace nibble
