// Numbers written Qi.f have f fraction bits in 32.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/l2_normalization.h"

#include <algorithm>

#include "runtime/reference/fixed_point.h"

namespace nibble::reference {
namespace {

constexpr int scale_bits = 7; ///< of dst

/// multiplier / 2^(31 + shift), shift >= 0.
struct Reciprocal {
    int32_t multiplier = 0;
    int shift = 0;
};

/// 1 / sqrt(x) in Q3.28 for x in [1/4, 1), Q3.28: five steps of Newton's method from 1.
int32_t reciprocal_root(int32_t x) {
    constexpr int32_t three_halves = 3 << 27;
    const int32_t half = rounding_divide_by_power_of_two(x, 1);
    int32_t estimate = 1 << 28;
    for (int i = 0; i < 5; ++i) {
        const int32_t cube = saturating_shift_left(multiply(multiply(estimate, estimate), estimate), 6);
        estimate = saturating_shift_left(multiply(three_halves, estimate) - multiply(half, cube), 3);
    }
    return estimate;
}

Reciprocal reciprocal_length(int32_t sum) {
    constexpr int32_t root_of_half = 1518500250; // Q0.31
    if (sum <= 1) {
        return {one_q0_31, 0};
    }
    // Pairs of bits, each of which the root halves, bring the sum to [2^27, 2^29).
    int shift = 11;
    if (sum >= 1 << 29) {
        sum /= 4;
        ++shift;
    }
    while (sum < 1 << 27) {
        sum *= 4;
        --shift;
    }
    const int32_t root = multiply(reciprocal_root(sum >> 1), root_of_half);
    return shift < 0 ? Reciprocal{root << -shift, 0} : Reciprocal{root, shift};
}

} // namespace

void l2_normalization(const L2Normalization &p, const int8_t *src, int8_t *dst) {
    for (int64_t row = 0; row < p.rows; ++row, src += p.depth, dst += p.depth) {
        int32_t sum = 0;
        for (int64_t i = 0; i < p.depth; ++i) {
            sum += (src[i] - p.src_zero) * (src[i] - p.src_zero);
        }
        const Reciprocal length = reciprocal_length(sum);
        std::transform(src, src + p.depth, dst, [&](int8_t value) {
            const int32_t x = value - p.src_zero;
            const int32_t scaled = p.u8 ? requantize_double(x * (1 << scale_bits), length.multiplier, -length.shift)
                                        : requantize_double(x, length.multiplier, scale_bits - length.shift);
            return to_s8(scaled, 0, -128, 127);
        });
    }
}

} // namespace nibble::reference
