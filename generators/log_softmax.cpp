// The logarithm of softmax over rows of s8 (log_softmax_qs8) or u8 (log_softmax_qu8), in fixed point.
// SPDX-License-Identifier: Apache-2.0
//
//   largest(row)   = max of src over the row
//   total(row)     = sum of e^(src - largest), Q12.19: one of 256 values each, so a constant table by largest - src
//   logarithm(row) = log(total), Q5.26
//   bound(row)     = the difference src - largest up to which dst is its least value
//   dst            = (src - largest, Q5.26, by another table) - logarithm, to a scale of 1/16 and zero point 127
//
// The numbers and roundings are those of runtime/reference/log_softmax.cpp.
#include "runtime/reference/log_softmax.h"
#include "generators/fixed_point.h"
#include "generators/kernel.h"
#include "generators/requantize_q31.h"
#include "runtime/reference/requantize_math.h"

namespace nibble {
namespace {

using namespace Halide;

constexpr int total_bits = 12;                                           // integer bits of the total
constexpr int power_bits = 25;                                           // fraction bits of powers of two, Q6.25
constexpr int result_bits = 22;                                          // fraction bits of Q5.26 that dst, Q4.4, lacks
constexpr int32_t root_half = 1518500250, fourth_root_half = 1805811301; // Q0.31

Expr headroom_of(const Expr &value) { return count_leading_zeros(value) - 1; }

/// (r + middle) / quotient of polynomials: log(r) less that of the fourth root of a half, Q6.25.
Expr logarithm_of_fraction(const Expr &r) {
    // With w = the fourth root of 2: 11/240 w, 1/20 w, 2/w - w, 1/4 w.
    constexpr int32_t a = 117049297, b = 127690142, c = 1057819769, d = 638450708;
    const Expr middle = cast<int32_t>((cast<int64_t>(r) + Expr(int64_t{fourth_root_half} + 1)) >> 1);
    const Expr q = (r - fourth_root_half) * 2;
    const Expr square = mul_q31(q, q);
    const Expr numerator = mul_q31(q, r) + mul_q31(mul_q31(q, square), a);
    const Expr denominator_less_one = mul_q31(middle, c + q + mul_q31(b, square)) + mul_q31(d, q);
    return mul_q31(rounding_shift_down(numerator, 31 - power_bits), reciprocal_of_one_plus(denominator_less_one));
}

/// log(total) in Q5.26 for total >= 1, Q12.19: total = r * 2^power by its own leading zeros or by those of
/// total / sqrt(2), whichever leaves r nearer the fourth root of a half.
Expr logarithm_of(const Expr &total) {
    constexpr int32_t log_2 = 1488522236; // Q0.31
    constexpr int32_t quarter = 1 << (power_bits - 2);
    const Expr headroom = headroom_of(total), root_headroom = headroom_of(mul_q31(total, root_half));
    const Expr r = saturating_shift_left(mul_q31(total << cast<uint32_t>(headroom), root_half), 1);
    const Expr power = ((total_bits - 1 - headroom) << power_bits) + quarter;
    const Expr wide_r = cast<int64_t>(total) << cast<uint64_t>(root_headroom);
    const Expr root_r = cast<int32_t>(min(wide_r, Expr(int64_t{INT32_MAX})));
    const Expr root_power = ((total_bits - root_headroom) << power_bits) - quarter;
    const Expr sum = mul_q31(max(power, root_power), log_2) + logarithm_of_fraction(min(r, root_r));
    return saturating_shift_left(sum, 1);
}

class LogSoftmax : public Kernel<LogSoftmax> {
public:
    static constexpr const char *operator_name = "log_softmax";

    Input<Buffer<int8_t, 2>> src{"src"};  // element, row
    Output<Buffer<int8_t, 2>> dst{"dst"}; // element, row

    void generate() {
        set_dense(src, {at("depth"), at("rows")});
        set_dense(dst, {at("depth"), at("rows")});
        fill_tables();
        RDom k(0, at("depth"), "k");
        Func largest("largest"), total("total"), logarithm("logarithm"), bound("bound");

        largest(row) = cast<int8_t>(-128);
        largest(row) = max(largest(row), s8_view(src(k, row)));
        const auto below = [&](const Expr &element) {
            return cast<int32_t>(largest(row)) - cast<int32_t>(s8_view(src(element, row)));
        };
        total(row) = 0;
        total(row) += exponentials(unsafe_promise_clamped(below(k), 0, 255));
        logarithm(row) = logarithm_of(total(row));
        // The sum is negative, so that its rounding stays in s32.
        const Expr least = requantize_double(logarithm(row) + INT32_MIN, at("inverse_multiplier"), at("inverse_shift"));
        bound(row) = max(at("diff_min") - 1, least);

        // Beyond the bound the difference of the two might leave s32, so the bound's neighbour stands in.
        const Expr place = min(below(i), -1 - bound(row));
        const Expr probability = scaled(unsafe_promise_clamped(place, 0, 255)) - logarithm(row);
        const Expr result = clamp_s8(rounding_shift_down(probability, result_bits) + 127, -128, 127);
        dst(i, row) = s8_view(select(below(i) >= -bound(row), cast<int8_t>(-128), result));

        algorithm.funcs = {
            {"largest", largest}, {"total", total}, {"logarithm", logarithm}, {"bound", bound}, {"dst", dst}};
    }

private:
    /// e^-difference in Q12.19 and -difference in Q5.26, by difference; zeros where it does not count.
    void fill_tables() {
        reference::Softmax parameters;
        parameters.multiplier = at("multiplier");
        parameters.shift = at("shift");
        for (int difference = 0; difference < 256; difference++) {
            const bool counts = -difference >= at("diff_min");
            const int32_t exponential = counts ? reference::softmax_exponential(parameters, -difference) : 0;
            exponentials(difference) = reference::rounding_divide_by_power_of_two(exponential, total_bits);
            scaled(difference) =
                counts ? reference::requantize_double(-difference, parameters.multiplier, parameters.shift) : 0;
        }
    }

    Buffer<int32_t> exponentials{256, "exponentials"}, scaled{256, "scaled"};
    Var i{"i"}, row{"row"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::LogSoftmax, log_softmax)
