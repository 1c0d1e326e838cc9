// The packed form of requantisation against its definition, at the edges of every step of the output.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/channel_requantise.h"

#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "runtime/reference/requantize_math.h"
#include "tests/reference/packed_form.h"
#include "tests/reference/step_edges.h"

namespace nibble::test {
namespace {

using operators::ChannelForm;

constexpr uint32_t seed = 20240511;

struct Channel {
    int32_t multiplier, shift, dst_zero;
    int64_t bound;
};

std::ostream &operator<<(std::ostream &out, const Channel &c) {
    return out << "multiplier " << c.multiplier << " shift " << c.shift << " dst_zero " << c.dst_zero << " bound "
               << c.bound;
}

int64_t defined(const Channel &c, int64_t acc) {
    return int64_t{reference::requantize_double(static_cast<int32_t>(acc), c.multiplier, c.shift)} + c.dst_zero;
}

std::set<int64_t> edges(const Channel &c) {
    return step_edges(c.bound, [&](int64_t acc) { return defined(c, acc); });
}

/// Compares in every sign mode that set_requantise_parameters may choose for the channel.
void expect_exact(const Channel &c) {
    const auto form = operators::channel_form(c.multiplier, c.shift, c.dst_zero, c.bound);
    ASSERT_TRUE(form) << c;
    for (const int64_t acc : edges(c)) {
        const int64_t expected = defined(c, acc);
        const auto value = [&, narrow = static_cast<int32_t>(acc)](int64_t sign) {
            return apply_packed_form(*form, sign, narrow);
        };
        ASSERT_EQ(value(sign_by_shift), expected) << c << " acc " << acc;
        if (form->shr > 0) {
            ASSERT_EQ(value(sign_always), expected) << c << " acc " << acc;
        } else {
            ASSERT_EQ(value(sign_never), expected) << c << " acc " << acc;
        }
        // Where clamp_min >= dst_zero.
        ASSERT_EQ(std::max<int64_t>(value(sign_never), c.dst_zero), std::max<int64_t>(expected, c.dst_zero))
            << c << " acc " << acc;
    }
}

/// The same for `single`, whose form has no sign.
void expect_single_exact(const Channel &c) {
    const auto form = operators::channel_form(c.multiplier, c.shift, c.dst_zero, c.bound, Rounding::single);
    ASSERT_TRUE(form) << c;
    EXPECT_GE(form->shr, 1) << c;
    const auto single = [&](int64_t acc) {
        return reference::requantize_single(static_cast<int32_t>(acc), c.multiplier, c.shift);
    };
    for (const int64_t acc : step_edges(c.bound, single)) {
        ASSERT_EQ(apply_single_form(*form, static_cast<int32_t>(acc)), single(acc)) << c << " acc " << acc;
    }
}

const std::vector<int32_t> adversarial_multipliers = {1 << 30,    (1 << 30) + 1, 0x7fffffff,      0x7ffffffe,
                                                      0x60000000, 0x50000000,    0x48000000,      0x40010000,
                                                      0x7fff0000, 0x5a827999,    (1 << 30) + 512, 0x7fffffff - 511};

TEST(ChannelForm, EqualsTheDefinitionForAdversarialMultipliers) {
    for (const int32_t multiplier : adversarial_multipliers) {
        for (int32_t shift = -20; shift <= 3; ++shift) {
            for (const int32_t dst_zero : {-128, 0, 127}) {
                const Channel channel = {multiplier, shift, dst_zero, operators::accumulator_bound(576, 12345)};
                expect_exact(channel);
                expect_single_exact(channel);
            }
        }
    }
}

TEST(ChannelForm, EqualsTheDefinitionForRandomChannels) {
    std::mt19937 generator(seed);
    for (int i = 0; i < 400; ++i) {
        const auto multiplier = static_cast<int32_t>((1u << 30) + generator() % (1u << 30));
        const auto shift = static_cast<int32_t>(generator() % 20) - 17;
        const auto dst_zero = static_cast<int32_t>(generator() % 256) - 128;
        const int64_t bound = operators::accumulator_bound(1 + generator() % 5000, generator() % 100000);
        if (operators::channel_form(multiplier, shift, dst_zero, bound)) {
            expect_exact({multiplier, shift, dst_zero, bound});
        }
        if (operators::channel_form(multiplier, shift, dst_zero, bound, Rounding::single)) {
            expect_single_exact({multiplier, shift, dst_zero, bound});
        }
    }
}

TEST(ChannelForm, HoldsAtTheLargestAccumulators) {
    for (const int32_t dst_zero : {-128, 5, 127}) {
        expect_exact({0x7fffffff, -16, dst_zero, (int64_t{1} << 31) - (int64_t{1} << 25)});
        expect_exact({1 << 30, -12, dst_zero, (int64_t{1} << 31) - 1});
        expect_exact({0x7fffffff, -1, dst_zero, (int64_t{1} << 31) - 1024});
    }
}

TEST(ChannelForm, DeadChannelsGiveTheZeroPoint) {
    // Factors that round every accumulator away, as channels of a real model have whose weights are next to nothing.
    for (const int32_t shift : {-31, -28, -24}) {
        for (const int32_t dst_zero : {-128, 0, 127}) {
            expect_exact({1518500250, shift, dst_zero, operators::accumulator_bound(9, 70000)});
            expect_single_exact({1518500250, shift, dst_zero, operators::accumulator_bound(9, 70000)});
        }
    }
    expect_exact({0, 0, -128, 32640});
}

TEST(ChannelForm, RefusesWhatDoesNotFit) {
    // `single` doubles the accumulator of a factor that does not shift right.
    EXPECT_TRUE(operators::channel_form(1 << 30, 0, 0, (int64_t{1} << 30) - 1, Rounding::single));
    EXPECT_FALSE(operators::channel_form(1 << 30, 0, 0, int64_t{1} << 30, Rounding::single));
    EXPECT_TRUE(operators::channel_form(1 << 30, 7, 0, (int64_t{1} << 24) - 1));
    EXPECT_FALSE(operators::channel_form(1 << 30, 7, 0, int64_t{1} << 24));
    EXPECT_FALSE(operators::channel_form(0x7fffffff, 0, -1, (int64_t{1} << 31) - 1));
    EXPECT_FALSE(operators::channel_form(0x7fffffff, -26, -128, int64_t{1} << 30));
    EXPECT_FALSE(operators::channel_form(-1, 0, 0, 1));
}

} // namespace
} // namespace nibble::test
