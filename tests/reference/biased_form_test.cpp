// Requantisation of accumulators that are their own f32 against its definitions, at the edges of every step.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/biased_form.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/reference/requantise_channel.h"
#include "tests/reference/step_edges.h"

namespace nibble::test {
namespace {

using operators::BiasedForm;

constexpr uint32_t seed = 20261121;

/// The form as kernels compute it.
int64_t apply(const BiasedForm &form, const RequantiseChannel &c, int64_t acc) {
    const auto bits = static_cast<int32_t>(acc + form.base);
    float value = 0;
    std::memcpy(&value, &bits, sizeof(value));
    return std::clamp<int64_t>(std::lrint(std::fma(value, form.scale, form.offset)), c.clamp_min(), 127);
}

/// Whether the channel has a form; fails the test where the form is wrong anywhere.
bool proven(const RequantiseChannel &c) {
    const auto form = operators::find_biased_form(c.range());
    if (!form) {
        return false;
    }
    for (const int64_t acc : step_edges(c.bound, [&](int64_t a) { return c.defined(a); })) {
        EXPECT_EQ(apply(*form, c, acc), c.defined(acc)) << c.describe() << " acc " << acc;
    }
    return true;
}

class BiasedForms : public testing::TestWithParam<const char *> {};

TEST_P(BiasedForms, AreExactAndFactorsOfRealModelsHaveOne) {
    std::mt19937 generator(seed);
    constexpr int channels = 100;
    for (int32_t shift = -14; shift <= 1; ++shift) {
        int found = 0;
        for (int i = 0; i < channels; ++i) {
            found += proven(random_channel(generator, GetParam(), shift, true)) ? 1 : 0;
        }
        fmt::print("{} shift {}: {} of {} channels\n", GetParam(), shift, found, channels);
        if (shift >= -6 && shift < 0) {
            EXPECT_GE(found, channels - 5) << shift;
        }
    }
}

TEST_P(BiasedForms, OfTiesAreExactOrNone) {
    for (const int32_t multiplier : {1 << 30, (1 << 30) + 1, 0x7fffffff, 0x60000000, 0x50000000, 0x40010000}) {
        for (int32_t shift = -20; shift <= 1; ++shift) {
            for (const int32_t dst_zero : {-128, -7, 0, 127}) {
                proven({GetParam(), multiplier, shift, dst_zero, true, 64 * 128 * 255 + 999});
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Rounding, BiasedForms, testing::Values("double", "single", "float"));

TEST(BiasedForm, DeadChannelsGiveTheZeroPoint) { EXPECT_TRUE(proven({"double", 0, 0, -128, true, 32640})); }

TEST(BiasedForm, RefusesNegativeAccumulatorsAndLargeOnes) {
    const RequantiseChannel usual = {"double", 1518500250, -6, -128, true, operators::biased_bound - 1};
    EXPECT_TRUE(operators::find_biased_form(usual.range()));
    RequantiseChannel other = usual;
    other.relu = false;
    EXPECT_FALSE(operators::find_biased_form(other.range()));
    other = usual;
    other.bound = operators::biased_bound;
    EXPECT_FALSE(operators::find_biased_form(other.range()));
}

} // namespace
} // namespace nibble::test
