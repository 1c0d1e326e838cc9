// Rows of s8 (l2_normalization_qs8) or u8 (l2_normalization_qu8) divided by their Euclidean length, in fixed point.
// SPDX-License-Identifier: Apache-2.0
//
//   x               = src - src_zero
//   sum(row)        = sum of x^2 over the row
//   multiplier(row) = 1 / sqrt(sum brought to [1/4, 1) by pairs of bits), Q0.31, and the power of two that is left,
//   right(row)        at most 0
//   dst             = saturate(128 * x * multiplier / 2^right), by `double` rounding
//
// The numbers and roundings are those of runtime/reference/l2_normalization.cpp.
#include "generators/fixed_point.h"
#include "generators/kernel.h"
#include "generators/requantize_q31.h"

namespace nibble {
namespace {

using namespace Halide;

constexpr int scale_bits = 7; // of dst

/// 1 / sqrt(x) in Q3.28 for x in [1/4, 1), Q3.28: five steps of Newton's method from 1.
Expr reciprocal_root(const Expr &x) {
    constexpr int32_t three_halves = 3 << 27;
    const Expr half = (x + 1) >> 1;
    Expr estimate = 1 << 28;
    for (int i = 0; i < 5; i++) {
        const Expr cube = saturating_shift_left(mul_q31(mul_q31(estimate, estimate), estimate), 6);
        estimate = saturating_shift_left(mul_q31(three_halves, estimate) - mul_q31(half, cube), 3);
    }
    return estimate;
}

Expr shifted_left(const Expr &value, const Expr &bits) { return value << cast<uint32_t>(bits); }

class L2Normalization : public Kernel<L2Normalization> {
public:
    static constexpr const char *operator_name = "l2_normalization";

    Input<Buffer<int8_t, 2>> src{"src"};  // element, row
    Output<Buffer<int8_t, 2>> dst{"dst"}; // element, row

    void generate() {
        set_dense(src, {at("depth"), at("rows")});
        set_dense(dst, {at("depth"), at("rows")});
        RDom k(0, at("depth"), "k");
        Func sum("sum"), root("root"), multiplier("multiplier"), right("right");
        const auto x = [&](const Expr &element) { return cast<int32_t>(s8_view(src(element, row))) - at("src_zero"); };

        sum(row) = 0;
        sum(row) += x(k) * x(k);
        const Expr large = sum(row) >= (1 << 29), tiny = sum(row) <= 1;
        const Expr reduced = select(large, sum(row) >> 2, sum(row));
        const Expr pairs = ((count_leading_zeros(reduced) - 1) >> 1) - 1;
        const Expr places = select(large, 12, 11) - pairs;
        constexpr int32_t root_of_half = 1518500250; // Q0.31
        root(row) = mul_q31(reciprocal_root(shifted_left(reduced, 2 * pairs) >> 1), root_of_half);
        multiplier(row) = select(tiny, INT32_MAX, shifted_left(root(row), max(-places, 0)));
        right(row) = select(tiny, 0, max(places, 0));
        dst(i, row) = s8_view(clamp_s8(at("u8") != 0 ? scaled_first(x(i), multiplier(row), right(row))
                                                     : scaled_last(x(i), multiplier(row), right(row)),
                                       -128, 127));
        algorithm.funcs = {{"sum", sum}, {"root", root}, {"multiplier", multiplier}, {"right", right}, {"dst", dst}};
    }

private:
    /// value / 2^places, half away from zero; nothing is added for 0 places.
    static Expr rounded(const Expr &value, const Expr &places) {
        const Expr half = shifted_left(1, places) >> 1;
        return (value + half + max(value >> 31, -places)) >> cast<uint32_t>(places);
    }
    static Expr scaled_first(const Expr &x, const Expr &multiplier, const Expr &right) {
        return rounded(mul_q31(x << scale_bits, multiplier), right);
    }
    static Expr scaled_last(const Expr &x, const Expr &multiplier, const Expr &right) {
        const Expr left = max(scale_bits - right, 0);
        return rounded(mul_q31(shifted_left(x, left), multiplier), max(right - scale_bits, 0));
    }

    Var i{"i"}, row{"row"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::L2Normalization, l2_normalization)
