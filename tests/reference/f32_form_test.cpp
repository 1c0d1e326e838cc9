// Requantisation in f32 against its definitions, at the edges of every step of the output.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/f32_form.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/operators/support/channel_requantise.h"
#include "tests/reference/requantise_channel.h"
#include "tests/reference/step_edges.h"

namespace nibble::test {
namespace {

using operators::F32Form;

constexpr uint32_t seed = 20251121;

/// The form as kernels compute it.
int64_t apply(const F32Form &form, const RequantiseChannel &c, int64_t acc) {
    const float half = !c.relu && acc < 0 ? -form.half : form.half;
    const float sum = std::fma(static_cast<float>(acc), form.scale, half);
    return std::clamp<int64_t>(int64_t{static_cast<int32_t>(sum)} + c.dst_zero, c.clamp_min(), 127);
}

/// Whether the channel has a form; fails the test where the form is wrong anywhere.
bool proven(const RequantiseChannel &c) {
    const auto form = operators::find_f32_form(c.range());
    if (!form) {
        return false;
    }
    for (const int64_t acc : step_edges(c.bound, [&](int64_t a) { return c.defined(a); })) {
        EXPECT_EQ(apply(*form, c, acc), c.defined(acc)) << c.describe() << " acc " << acc;
    }
    return true;
}

class Rounding : public testing::TestWithParam<const char *> {};

TEST_P(Rounding, EveryFormIsExactAndFactorsOfRealModelsHaveOne) {
    std::mt19937 generator(seed);
    constexpr int channels = 100;
    for (const bool relu : {false, true}) {
        for (int32_t shift = -16; shift <= 1; ++shift) {
            int found = 0;
            for (int i = 0; i < channels; ++i) {
                found += proven(random_channel(generator, GetParam(), shift, relu)) ? 1 : 0;
            }
            fmt::print("{} {} shift {}: {} of {} channels\n", GetParam(), relu ? "relu" : "signed", shift, found,
                       channels);
            if (shift >= -6 && shift < 0) {
                EXPECT_GE(found, channels - 5) << shift;
            }
        }
    }
}

TEST_P(Rounding, TiesAreExactOrRefused) {
    for (const int32_t multiplier : {1 << 30, (1 << 30) + 1, 0x7fffffff, 0x60000000, 0x50000000, 0x40010000}) {
        for (int32_t shift = -20; shift <= 1; ++shift) {
            for (const int32_t dst_zero : {-128, -7, 0, 127}) {
                for (const bool relu : {false, true}) {
                    proven({GetParam(), multiplier, shift, dst_zero, relu, operators::accumulator_bound(64, 999)});
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(F32Form, Rounding, testing::Values("double", "single", "float"));

TEST(F32Form, DeadChannelsGiveTheZeroPoint) {
    EXPECT_TRUE(proven({"double", 1518500250, -31, 5, false, operators::accumulator_bound(9, 70000)}));
    EXPECT_TRUE(proven({"double", 0, 0, -128, true, 32640}));
}

/// As kernels compute it where the target does not fuse.
int64_t apply_unfused(const F32Form &form, const RequantiseChannel &c, int64_t acc) {
    const volatile float product = static_cast<float>(acc) * form.scale;
    const float sum = product + (acc < 0 ? -form.half : form.half);
    return std::clamp<int64_t>(int64_t{static_cast<int32_t>(sum)} + c.dst_zero, c.clamp_min(), 127);
}

TEST(F32Form, ServesProductsOfTwoBytesFusedOrNot) {
    std::mt19937 generator(seed);
    constexpr int trials = 60;
    int found = 0;
    for (int trial = 0; trial < trials; ++trial) {
        RequantiseChannel c = random_channel(generator, "double", trial % 12 - 10, false);
        c.bound = 255 * 255;
        operators::RequantiseRange range = c.range();
        range.unfused = true;
        const auto form = operators::find_f32_form(range);
        found += form ? 1 : 0;
        for (int64_t acc = -c.bound; form && acc <= c.bound; ++acc) {
            ASSERT_EQ(apply(*form, c, acc), c.defined(acc)) << "seed " << seed << ", trial " << trial << ", " << acc;
            ASSERT_EQ(apply_unfused(*form, c, acc), c.defined(acc)) << "seed " << seed << ", trial " << trial;
        }
    }
    fmt::print("products: {} of {} factors have a form\n", found, trials);
    EXPECT_GE(found, trials - 2);
}

TEST(F32Form, RefusesSumsThatLeaveInt32) {
    EXPECT_FALSE(
        operators::find_f32_form(RequantiseChannel{"double", 0x7fffffff, 1, 0, false, (int64_t{1} << 30) - 1}.range()));
}

} // namespace
} // namespace nibble::test
