// The definition of the roundings: against exact arithmetic, and what every one of them promises.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/requantize_math.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/reference/quantize_multiplier.h"

namespace nibble::reference {
namespace {

constexpr uint32_t seed = 4711;
constexpr int32_t least = std::numeric_limits<int32_t>::min();
constexpr int32_t most = std::numeric_limits<int32_t>::max();

/// Random values of every magnitude, and the extremes.
std::vector<int32_t> accumulators() {
    std::mt19937 generator(seed);
    std::vector<int32_t> values = {least, least + 1, -(1 << 30), -1, 0, 1, 1 << 30, most - 1, most};
    for (int i = 0; i < 2000; ++i) {
        values.push_back(static_cast<int32_t>(generator()) >> (generator() % 31));
    }
    std::sort(values.begin(), values.end());
    return values;
}

const std::vector<int32_t> multipliers = {0, 1 << 30, (1 << 30) + 1, 0x5a827999, 0x60000000, 0x7fffffff};

TEST(SaturatingRoundingDoublingHighMul, EqualsGemmlowpsDivisionForm) {
    for (const int32_t a : accumulators()) {
        for (const int32_t b : {least + 1, -(1 << 30), -3, 0, 7, 1 << 30, 0x5a827999, most}) {
            const int64_t product = int64_t{a} * b;
            const int64_t nudged = product + (product >= 0 ? int64_t{1} << 30 : 1 - (int64_t{1} << 30));
            EXPECT_EQ(saturating_rounding_doubling_high_mul(a, b), nudged / (int64_t{1} << 31)) << a << " * " << b;
        }
    }
    EXPECT_EQ(saturating_rounding_doubling_high_mul(least, least), most);
}

TEST(RoundingDivide, IsHalfAwayFromZero) {
    for (const int32_t x : accumulators()) {
        for (int exponent = 0; exponent <= 40; ++exponent) {
            // A double holds x / 2^exponent exactly, and std::round rounds half away from zero.
            EXPECT_EQ(rounding_divide_by_power_of_two(x, exponent), std::round(std::ldexp(double(x), -exponent)))
                << x << " / 2^" << exponent;
        }
    }
}

TEST(RequantizeSingle, IsHalfUpOnce) {
    for (const int32_t acc : accumulators()) {
        for (const int32_t multiplier : multipliers) {
            for (int shift = -31; shift <= 30; ++shift) {
                // Half a unit and then its floor: the last bit shifted out decides.
                const int64_t halves = (int64_t{acc} * multiplier) >> (30 - shift);
                EXPECT_EQ(requantize_single(acc, multiplier, shift),
                          std::clamp<int64_t>((halves >> 1) + (halves & 1), least, most));
            }
        }
    }
}

TEST(RequantizeFloat, IsHalfToEvenAndSaturates) {
    EXPECT_EQ(requantize_float(1, 0.5f), 0);
    EXPECT_EQ(requantize_float(3, 0.5f), 2);
    EXPECT_EQ(requantize_float(-1, 0.5f), 0);
    EXPECT_EQ(requantize_float(-3, 0.5f), -2);
    EXPECT_EQ(requantize_float(-5, 0.25f), -1);
    EXPECT_EQ(requantize_float(most, 2.0f), most);
    EXPECT_EQ(requantize_float(least, 2.0f), least);
    for (const int32_t acc : accumulators()) {
        const float real = static_cast<float>(acc) * 0.0123f;
        EXPECT_EQ(requantize_float(acc, 0.0123f), std::nearbyint(real)) << acc;
    }
}

TEST(RoundingModes, DifferWhereTheyShould) {
    // -0.5 after the multiplication: away from zero, up, to even.
    EXPECT_EQ(requantize_double(-1, 1 << 30, 0), 0);
    EXPECT_EQ(requantize_double(-2, 1 << 30, -1), -1);
    EXPECT_EQ(requantize_single(-2, 1 << 30, -1), 0);
    EXPECT_EQ(requantize_float(-2, 0.25f), 0);
    EXPECT_EQ(requantize_double(2, 1 << 30, -1), 1);
}

TEST(Requantize, NeverDecreases) {
    const auto values = accumulators();
    for (const int32_t multiplier : multipliers) {
        for (int shift = -31; shift <= 0; ++shift) {
            for (size_t i = 1; i < values.size(); ++i) {
                EXPECT_LE(requantize_double(values[i - 1], multiplier, shift),
                          requantize_double(values[i], multiplier, shift));
                EXPECT_LE(requantize_single(values[i - 1], multiplier, shift),
                          requantize_single(values[i], multiplier, shift));
            }
        }
    }
}

TEST(ToS8, Saturates) {
    EXPECT_EQ(to_s8(most, 127, -128, 127), 127);
    EXPECT_EQ(to_s8(least, -128, -128, 127), -128);
    EXPECT_EQ(to_s8(10, 3, -5, 12), 12);
    EXPECT_EQ(to_s8(-10, 3, -5, 12), -5);
}

TEST(QuantizeMultiplier, IsWithinHalfAUnit) {
    std::mt19937 generator(seed);
    for (int i = 0; i < 5000; ++i) {
        const double real = std::ldexp(1.0 + generator() / 4294967296.0, static_cast<int>(generator() % 40) - 31);
        const auto quantised = quantize_multiplier(real);
        ASSERT_GE(quantised.multiplier, 1 << 30);
        const double error = std::abs(std::ldexp(quantised.multiplier, quantised.shift - 31) - real);
        ASSERT_LE(error, std::ldexp(0.5, quantised.shift - 31)) << real;
    }
}

TEST(QuantizeMultiplier, KnowsItsEdges) {
    const auto expect = [](double real, int32_t multiplier, int shift) {
        EXPECT_EQ(quantize_multiplier(real).multiplier, multiplier) << real;
        EXPECT_EQ(quantize_multiplier(real).shift, shift) << real;
    };
    expect(0, 0, 0);
    expect(0.5, 1 << 30, 0);
    expect(1, 1 << 30, 1);
    expect(1 - std::ldexp(1, -40), 1 << 30, 1); // rounds up to the next power of two
    expect(std::ldexp(1, -32), 1 << 30, -31);
    expect(std::ldexp(1, -33), 0, 0); // too small to matter
}

} // namespace
} // namespace nibble::reference
