// Numbers written Qi.f have f fraction bits in 32; their constants are rounded reals.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/softmax.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/reference/fixed_point.h"
#include "runtime/reference/quantize_multiplier.h"
#include "runtime/reference/requantize_math.h"

namespace nibble::reference {
namespace {

constexpr int difference_bits = 26; ///< fraction bits of scaled differences, Q5.26
constexpr int sum_bits = 12;        ///< integer bits of the sum of exponentials, Q12.19

/// e^x in Q0.31 for x in [-1/4, 0), Q0.31: the Taylor series at -1/8 up to the fourth power.
int32_t exp_of_quarter(int32_t x) {
    constexpr int32_t exp_of_minus_eighth = 1895147668; // e^(-1/8), Q0.31
    constexpr int32_t third = 715827883;                // 1/3, Q0.31
    const int32_t t = x + (int32_t{1} << 28);           // x + 1/8
    const int32_t t2 = multiply(t, t);
    const int32_t t3 = multiply(t2, t);
    const int32_t t4 = multiply(t2, t2);
    // t^2/2 + t^3/6 + t^4/24 = ((t^4/4 + t^3)/3 + t^2)/2
    const int32_t quarter = rounding_divide_by_power_of_two(t4, 2);
    const int32_t higher = rounding_divide_by_power_of_two(multiply(quarter + t3, third) + t2, 1);
    const int64_t sum = int64_t{exp_of_minus_eighth} + multiply(exp_of_minus_eighth, t + higher);
    return static_cast<int32_t>(std::min<int64_t>(sum, one_q0_31));
}

/// e^x in Q0.31 for x <= 0 in Q5.26: the part in [-1/4, 0) by series, each bit of the rest by one factor.
int32_t exp_of_negative(int32_t x) {
    // e^(-2^i) in Q0.31 for i = -2 ... 4.
    constexpr int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    constexpr int32_t quarter = int32_t{1} << (difference_bits - 2);
    if (x == 0) {
        return one_q0_31;
    }
    const int32_t part = (x & (quarter - 1)) - quarter;
    int32_t result = exp_of_quarter(part * 32); // Q5.26 to Q0.31
    const int32_t rest = part - x;
    for (int i = 0; i < 7; ++i) {
        if ((rest & (quarter << i)) != 0) {
            result = multiply(result, factors[i]);
        }
    }
    return result;
}

template <typename Dst>
void softmax_row(const Softmax &p, const int8_t *src, Dst *dst) {
    constexpr int bits = 8 * sizeof(Dst);
    constexpr int64_t least = std::numeric_limits<Dst>::min(), most = std::numeric_limits<Dst>::max();
    const int32_t largest = *std::max_element(src, src + p.depth);
    uint32_t sum = 0; // Q12.19, and above zero: the largest element adds one
    for (int64_t i = 0; i < p.depth; ++i) {
        if (src[i] - largest >= p.diff_min) {
            sum += rounding_divide_by_power_of_two(softmax_exponential(p, src[i] - largest), sum_bits);
        }
    }
    const int headroom = leading_zeros(sum);
    const int32_t fraction = static_cast<int32_t>((sum << headroom) - (uint32_t{1} << 31));
    const int32_t scale = reciprocal_of_one_plus(fraction);
    for (int64_t i = 0; i < p.depth; ++i) {
        const int32_t difference = src[i] - largest;
        const int32_t product = difference >= p.diff_min ? multiply(scale, softmax_exponential(p, difference)) : 0;
        const int32_t probability = rounding_divide_by_power_of_two(product, sum_bits - headroom + 31 - bits);
        dst[i] = static_cast<Dst>(std::clamp(probability + least, least, most));
    }
}

} // namespace

Softmax softmax_parameters(int64_t rows, int64_t depth, double beta, double scale) {
    const double factor = std::min(std::ldexp(beta * scale, difference_bits), 2147483647.0);
    const QuantizedMultiplier quantised = quantize_multiplier(factor);
    const double radius = std::floor(std::ldexp(31.0, difference_bits - quantised.shift));
    return {rows, depth, quantised.multiplier, quantised.shift, -static_cast<int32_t>(radius)};
}

int32_t softmax_exponential(const Softmax &p, int32_t difference) {
    const int64_t shifted = difference * (int64_t{1} << p.shift); // fits s32: diff_min is its bound
    return exp_of_negative(multiply(static_cast<int32_t>(shifted), p.multiplier));
}

template <typename Dst>
void softmax(const Softmax &p, const int8_t *src, Dst *dst) {
    for (int64_t row = 0; row < p.rows; ++row) {
        softmax_row(p, src + row * p.depth, dst + row * p.depth);
    }
}

template void softmax(const Softmax &, const int8_t *, int8_t *);
template void softmax(const Softmax &, const int8_t *, int16_t *);

} // namespace nibble::reference
