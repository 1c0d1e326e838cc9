// The cheap forms that generators put in place of a definition, on every argument they can have.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "generators/linear_form.h"
#include "generators/narrow_form.h"
#include "generators/pair_form.h"
#include "generators/rounded_division.h"
#include "generators/word_form.h"
#include "runtime/reference/requantize_math.h"

namespace nibble {
namespace {

int64_t half_away_from_zero(int64_t sum, int64_t count) {
    return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

int64_t divided(int64_t sum, int64_t count, int shr) {
    return (sum * RoundedDivision::reciprocal(count, shr) + (int64_t{1} << (shr - 1))) >> shr;
}

/// Sums of `count` values in [least, most].
void expect_narrow_division(int64_t count, int64_t least, int64_t most) {
    constexpr int shr = RoundedDivision::narrow_shr;
    for (int64_t sum = least * count; sum <= most * count; ++sum) {
        const int64_t scaled = sum * RoundedDivision::reciprocal(count, shr) + (int64_t{1} << (shr - 1));
        ASSERT_EQ(scaled, static_cast<int32_t>(scaled)) << sum << " / " << count;
        ASSERT_EQ(divided(sum, count, shr), half_away_from_zero(sum, count)) << sum << " / " << count;
    }
}

TEST(RoundedDivision, EverySumOfEveryNarrowCountIsExactIn32Bits) {
    for (int64_t count = 1; count <= RoundedDivision::most_narrow_count; ++count) {
        expect_narrow_division(count, -128, 128);
    }
    for (int64_t count = 1; count <= RoundedDivision::most_narrow_u8_count; ++count) {
        expect_narrow_division(count, 0, 255);
    }
}

TEST(RoundedDivision, EverySumOfCountsUpTo1024IsExact) {
    for (int64_t count = 1; count <= 1024; ++count) {
        for (int64_t sum = -128 * count; sum <= 255 * count; ++sum) {
            ASSERT_EQ(divided(sum, count, RoundedDivision::wide_shr), half_away_from_zero(sum, count))
                << sum << " / " << count;
        }
    }
}

TEST(RoundedDivision, NeighboursOfEveryStepOfLargeCountsAreExact) {
    for (const int64_t count : {int64_t{4096}, int64_t{65537}, int64_t{1000003}, RoundedDivision::most_count}) {
        for (int64_t halves = -256; halves <= 510; ++halves) {
            for (int64_t offset = -2; offset <= 2; ++offset) {
                const int64_t sum = std::clamp(halves * count / 2 + offset, -128 * count, 255 * count);
                ASSERT_EQ(divided(sum, count, RoundedDivision::wide_shr), half_away_from_zero(sum, count))
                    << sum << " / " << count;
            }
        }
    }
}

int form_value(const LinearForm &form, const NearlyLinear &wanted, int a, int b) {
    const int64_t rnd = a < wanted.bend ? form.rnd_below : form.rnd;
    const int64_t sum = int64_t{a} * form.mul_a + int64_t{b} * form.mul_b + rnd;
    EXPECT_EQ(sum, static_cast<int32_t>(sum));
    return static_cast<int>(std::clamp<int64_t>(sum >> form.shr, wanted.least, wanted.most));
}

/// A requantisation of s8 values with random factor, of 2^-5 to 2^3, and zero points.
NearlyLinear random_requantisation(std::mt19937 &generator) {
    const auto multiplier = static_cast<int32_t>((1u << 30) + generator() % (1u << 30));
    const int shift = static_cast<int>(generator() % 8) - 5;
    const int src_zero = static_cast<int>(generator() % 256) - 128,
              dst_zero = static_cast<int>(generator() % 256) - 128;
    NearlyLinear wanted;
    wanted.slope_a = std::ldexp(multiplier, shift - 31);
    wanted.offset = dst_zero - src_zero * wanted.slope_a;
    wanted.bend = src_zero;
    wanted.value = [=](int a, int) {
        return reference::to_s8(reference::requantize_double(a - src_zero, multiplier, shift), dst_zero, -128, 127);
    };
    return wanted;
}

TEST(LinearForm, EqualsTheRequantisationItStandsFor) {
    constexpr unsigned seed = 11;
    std::mt19937 generator(seed);
    for (int trial = 0; trial < 200; ++trial) {
        const NearlyLinear wanted = random_requantisation(generator);
        const auto form = find_linear_form(wanted);
        ASSERT_TRUE(form) << "seed " << seed << ", trial " << trial;
        for (int a = -128; a <= 127; ++a) {
            ASSERT_EQ(form_value(*form, wanted, a, 0), wanted.value(a, 0)) << "seed " << seed << ", trial " << trial;
        }
    }
}

/// Random requantisations for which the search finds a form, which has to equal them on all arguments.
template <typename Find, typename Value>
int count_equal_forms(unsigned seed, int trials, Find find, Value value) {
    std::mt19937 generator(seed);
    int found = 0;
    for (int trial = 0; trial < trials; ++trial) {
        const NearlyLinear wanted = random_requantisation(generator);
        const auto form = find(wanted);
        found += form ? 1 : 0;
        for (int a = -128; form && a <= 127; ++a) {
            EXPECT_EQ(std::clamp(value(*form, wanted.bend, a), -128, 127), wanted.value(a, 0))
                << "seed " << seed << ", trial " << trial << ", a " << a;
        }
    }
    return found;
}

int as_s16(int value) {
    EXPECT_EQ(value, static_cast<int16_t>(value));
    return value;
}

TEST(NarrowForm, EqualsTheRequantisationItStandsFor) {
    constexpr int trials = 200;
    const int found = count_equal_forms(12, trials, find_narrow_form, [](const NarrowForm &form, int bend, int a) {
        const int product = (a * 256 * form.mul) >> 16;
        return as_s16(product + (a < bend ? form.rnd_below : form.rnd)) >> form.shr;
    });
    EXPECT_GE(found, trials * 9 / 10);
}

TEST(WordForm, EqualsTheRequantisationItStandsFor) {
    constexpr int trials = 400;
    const int found = count_equal_forms(13, trials, find_word_form, [](const WordForm &form, int bend, int a) {
        const int product = as_s16((a * 256 * form.mul + (1 << 14)) >> 15);
        const int sum = product + (a < bend ? form.rnd_below : form.rnd);
        return std::clamp(sum * (1 << form.doublings), -32768, 32767) >> 8;
    });
    EXPECT_GE(found, trials * 9 / 10);
}

TEST(PairForm, EqualsTheRequantisationItStandsFor) {
    constexpr int trials = 400;
    const int found = count_equal_forms(14, trials, find_pair_form, [](const PairForm &form, int bend, int a) {
        const int sum = as_s16(a * form.mul + (a < bend ? form.with_below : form.with) * form.times);
        return as_s16((sum * form.scale + (1 << 14)) >> 15);
    });
    EXPECT_GE(found, trials / 2);
}

TEST(ByteForms, AreNotFoundWhereThereAreNone) {
    NearlyLinear wanted;
    wanted.slope_a = 0.75;
    wanted.value = [](int a, int) { return a == 3 ? 5 : a; };
    EXPECT_FALSE(find_word_form(wanted));
    EXPECT_FALSE(find_pair_form(wanted));
    wanted.value = [](int a, int) { return std::max(a, 0) / 2; };
    wanted.least = 0;
    EXPECT_FALSE(find_word_form(wanted));
    EXPECT_FALSE(find_pair_form(wanted));
}

TEST(LinearForm, EqualsASumOfTwoOperandsWithTies) {
    // Equal scales and half of them in the output: every odd sum is a tie, which goes away from zero.
    NearlyLinear wanted;
    wanted.slope_a = wanted.slope_b = 0.5;
    wanted.value = [](int a, int b) { return static_cast<int>(half_away_from_zero(a + b, 2)); };
    const auto form = find_linear_form(wanted);
    ASSERT_TRUE(form);
    for (int a = -128; a <= 127; ++a) {
        for (int b = -128; b <= 127; ++b) {
            ASSERT_EQ(form_value(*form, wanted, a, b), wanted.value(a, b)) << a << ", " << b;
        }
    }
}

TEST(LinearForm, EqualsADifference) {
    NearlyLinear wanted;
    wanted.slope_a = std::sqrt(0.1);
    wanted.slope_b = -std::sqrt(0.6);
    wanted.offset = 9;
    wanted.value = [=](int a, int b) {
        const double real = wanted.slope_a * a + wanted.slope_b * b + wanted.offset;
        return static_cast<int>(std::clamp<long>(std::lround(real), -128, 127));
    };
    const auto form = find_linear_form(wanted);
    ASSERT_TRUE(form);
    EXPECT_LT(form->mul_b, 0);
    for (int a = -128; a <= 127; ++a) {
        for (int b = -128; b <= 127; ++b) {
            ASSERT_EQ(form_value(*form, wanted, a, b), wanted.value(a, b)) << a << ", " << b;
        }
    }
}

TEST(LinearForm, IsNotFoundWhereThereIsNone) {
    NearlyLinear wanted;
    wanted.slope_a = 1;
    wanted.value = [](int a, int) { return a == 3 ? 5 : a; };
    EXPECT_FALSE(find_linear_form(wanted));
}

} // namespace
} // namespace nibble
