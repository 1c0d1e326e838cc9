// Numbers written Qi.f have f fraction bits in 32; their constants are rounded reals.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/log_softmax.h"

#include <algorithm>
#include <cmath>

#include "runtime/reference/fixed_point.h"
#include "runtime/reference/quantize_multiplier.h"

namespace nibble::reference {
namespace {

constexpr int sum_bits = 12;    ///< integer bits of the sum of exponentials, Q12.19
constexpr int power_bits = 25;  ///< fraction bits of powers of two, Q6.25
constexpr int result_bits = 22; ///< fraction bits of Q5.26 that dst, Q4.4, lacks
constexpr int32_t root_half = 1518500250, fourth_root_half = 1805811301; // Q0.31
constexpr int32_t quarter = 1 << (power_bits - 2);

/// x = r * 2^(power), r near the fourth root of a half.
struct Split {
    int32_t r = 0;     ///< Q0.31
    int32_t power = 0; ///< Q6.25, with the quarter that r is off one
};

/// The split of x, Q12.19: by its own leading zeros or by those of x / sqrt(2), whichever leaves r nearer.
Split split(int32_t x) {
    const int headroom = leading_zeros(static_cast<uint32_t>(x)) - 1;
    const int32_t r = saturating_shift_left(multiply(x << headroom, root_half), 1);
    const int32_t power = (sum_bits - headroom - 1) * (1 << power_bits) + quarter;
    const int root_headroom = leading_zeros(static_cast<uint32_t>(multiply(x, root_half))) - 1;
    const int32_t root_r = saturating_shift_left(x, root_headroom);
    const int32_t root_power = (sum_bits - root_headroom) * (1 << power_bits) - quarter;
    return {std::min(r, root_r), std::max(power, root_power)};
}

/// The logarithm of r over the fourth root of a half as a quotient of polynomials in their difference: Q0.31.
struct Quotient {
    int32_t numerator = 0;
    int32_t denominator_less_one = 0;
};

Quotient logarithm_of(int32_t r) {
    // With w = the fourth root of 2: 11/240 w, 1/20 w, 2/w - w, 1/4 w.
    constexpr int32_t a = 117049297, b = 127690142, c = 1057819769, d = 638450708;
    const auto middle = static_cast<int32_t>((int64_t{r} + fourth_root_half + 1) >> 1);
    const int32_t q = 2 * (r - fourth_root_half);
    const int32_t square = multiply(q, q);
    return {multiply(q, r) + multiply(multiply(q, square), a),
            multiply(middle, c + q + multiply(b, square)) + multiply(d, q)};
}

void log_softmax_row(const LogSoftmax &p, const int8_t *src, int8_t *dst) {
    const Softmax &softmax = p.softmax;
    const int32_t largest = *std::max_element(src, src + softmax.depth);
    int32_t sum = 0;
    for (int64_t i = 0; i < softmax.depth; ++i) {
        if (src[i] - largest >= softmax.diff_min) {
            sum += rounding_divide_by_power_of_two(softmax_exponential(softmax, src[i] - largest), sum_bits);
        }
    }
    const int32_t log_sum = log_of_sum(sum);
    // Where the difference less log_sum would leave s32, it is far below what s8 holds.
    const int32_t least =
        requantize_double(log_sum + std::numeric_limits<int32_t>::min(), p.inverse_multiplier, p.inverse_shift);
    const int32_t bound = std::max(softmax.diff_min - 1, least);
    std::transform(src, src + softmax.depth, dst, [&](int8_t value) {
        const int32_t difference = value - largest;
        if (difference <= bound) {
            return int8_t{-128};
        }
        const int32_t scaled = requantize_double(difference, softmax.multiplier, softmax.shift);
        return to_s8(rounding_divide_by_power_of_two(scaled - log_sum, result_bits), 127, -128, 127);
    });
}

} // namespace

LogSoftmax log_softmax_parameters(int64_t rows, int64_t depth, double scale) {
    const Softmax softmax = softmax_parameters(rows, depth, 1.0, scale);
    const QuantizedMultiplier inverse = quantize_multiplier(std::ldexp(1.0, 31 - softmax.shift) / softmax.multiplier);
    return {softmax, inverse.multiplier, inverse.shift};
}

int32_t log_of_sum(int32_t sum) {
    constexpr int32_t log_2 = 1488522236; // Q0.31
    const Split x = split(sum);
    const Quotient quotient = logarithm_of(x.r);
    const int32_t numerator = rounding_divide_by_power_of_two(quotient.numerator, 31 - power_bits);
    const int32_t logarithm =
        multiply(x.power, log_2) + multiply(numerator, reciprocal_of_one_plus(quotient.denominator_less_one));
    return saturating_shift_left(logarithm, 1); // Q6.25 to Q5.26
}

void log_softmax(const LogSoftmax &p, const int8_t *src, int8_t *dst) {
    for (int64_t row = 0; row < p.softmax.rows; ++row) {
        log_softmax_row(p, src + row * p.softmax.depth, dst + row * p.softmax.depth);
    }
}

} // namespace nibble::reference
