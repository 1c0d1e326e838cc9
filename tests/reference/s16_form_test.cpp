// Requantisation by two shifts against its definition, at the edges of every step of the output.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/s16_form.h"

#include <algorithm>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "tests/reference/requantise_channel.h"
#include "tests/reference/step_edges.h"

namespace nibble::test {
namespace {

using operators::ChannelForm;
using operators::S16Form;
using operators::S16Forms;

constexpr uint32_t seed = 20261128;

int64_t saturate_s16(int64_t value) {
    return std::clamp<int64_t>(value, std::numeric_limits<int16_t>::min(), std::numeric_limits<int16_t>::max());
}

int64_t rounded(int64_t value, int64_t shr) { return shr == 0 ? value : (value + (int64_t{1} << (shr - 1))) >> shr; }

/// The form as kernels compute it.
int64_t apply(const S16Forms &forms, const S16Form &form, const RequantiseChannel &c, int64_t acc) {
    const int64_t product = (acc * (int64_t{1} << form.shl) * form.mul + (int64_t{1} << 30)) >> 31;
    const int64_t scaled = product + (acc < 0 && !c.relu ? -1 : 0);
    EXPECT_EQ(scaled, static_cast<int32_t>(scaled)) << c.describe() << " acc " << acc;
    const int64_t value = forms.shifts_later ? rounded(saturate_s16(scaled >> forms.narrowing), form.later)
                                             : saturate_s16(rounded(scaled, forms.narrowing));
    return std::clamp<int64_t>(saturate_s16(value + c.dst_zero), c.clamp_min(), 127);
}

int64_t reach(const RequantiseChannel &c) {
    return std::max(int64_t{127} - c.dst_zero, int64_t{c.dst_zero} - c.clamp_min());
}

/// Those of a layer: zero point and clamps are the first channel's.
S16Forms forms_of(const std::vector<RequantiseChannel> &channels) {
    std::vector<ChannelForm> forms;
    for (const RequantiseChannel &c : channels) {
        forms.push_back(operators::channel_form(c.multiplier, c.shift, c.dst_zero, c.bound).value());
    }
    return operators::find_s16_forms(forms, reach(channels.front()));
}

/// How many channels have a form; fails the test where one is wrong anywhere.
size_t count_proven(const std::vector<RequantiseChannel> &channels) {
    const S16Forms forms = forms_of(channels);
    EXPECT_TRUE(forms.narrowing >= 0 && forms.narrowing <= 15) << forms.narrowing;
    size_t proven = 0;
    for (size_t i = 0; i < channels.size(); ++i) {
        const RequantiseChannel &c = channels[i];
        if (!forms.channels[i]) {
            continue;
        }
        ++proven;
        for (const int64_t acc : step_edges(c.bound, [&](int64_t a) { return c.defined(a); })) {
            EXPECT_EQ(apply(forms, *forms.channels[i], c, acc), c.defined(acc))
                << c.describe() << " narrowing " << forms.narrowing << " acc " << acc;
        }
    }
    return proven;
}

constexpr int64_t panel = operators::channel_panel;

/// A channel for each shift, all with the same zero point, and again with a factor that makes ties.
std::vector<RequantiseChannel> layer_of(std::mt19937 &generator, bool relu, const std::vector<int32_t> &shifts) {
    std::vector<RequantiseChannel> channels;
    const int32_t zero = random_channel(generator, "double", -1, relu).dst_zero;
    for (const int32_t shift : shifts) {
        channels.push_back(random_channel(generator, "double", shift, relu));
        channels.push_back(channels.back());
        channels.back().multiplier = 1 << 30;
    }
    for (RequantiseChannel &c : channels) {
        c.dst_zero = zero;
    }
    return channels;
}

std::vector<int32_t> shifts_from(int32_t first, int32_t count) {
    std::vector<int32_t> shifts;
    for (int32_t i = 0; i < count; ++i) {
        shifts.push_back(first - i);
    }
    return shifts;
}

TEST(S16Form, SevenShiftsInARowAllHaveOne) {
    std::mt19937 generator(seed);
    constexpr int32_t in_a_row = 7; // to the right by 1 to 7 in s16, where 255 levels leave 8 bits
    for (int32_t first = -1; first >= -16; --first) {
        for (const bool relu : {false, true}) {
            const auto channels = layer_of(generator, relu, shifts_from(first, in_a_row));
            EXPECT_EQ(count_proven(channels), channels.size()) << first;
        }
    }
}

TEST(S16Form, OneShiftNeedsNoOther) {
    std::mt19937 generator(seed);
    for (int32_t shift = -1; shift >= -18; --shift) {
        for (const bool relu : {false, true}) {
            const auto channels = layer_of(generator, relu, {shift, shift, shift});
            EXPECT_EQ(count_proven(channels), channels.size()) << shift;
            EXPECT_EQ(forms_of(channels).shifts_later, shift < -15) << shift;
        }
    }
}

TEST(S16Form, DeadChannelsHaveOneBesideAnyShift) {
    std::mt19937 generator(seed);
    for (const int32_t other : {-1, -9, -15}) {
        for (const bool relu : {false, true}) {
            const auto channels = layer_of(generator, relu, {other, -30});
            EXPECT_EQ(count_proven(channels), channels.size()) << other;
        }
    }
}

TEST(S16Form, ServesAsManyPanelsAsItCan) {
    std::mt19937 generator(seed);
    // Two panels of -12 and one of -2: 11 places are more than s16 has room for.
    std::vector<int32_t> shifts(panel, -12);
    shifts.resize(static_cast<size_t>(panel + panel / 2), -2);
    shifts.back() = -1;
    const auto channels = layer_of(generator, false, shifts);
    EXPECT_EQ(count_proven(channels), static_cast<size_t>(2 * panel));
}

TEST(S16Form, RefusesChannelsThatDoNotShiftRight) {
    std::mt19937 generator(seed);
    EXPECT_EQ(count_proven(layer_of(generator, false, {0, 2})), 0u);
}

TEST(S16Form, TakesChannelsFurtherApartWhereFewerLevelsShow) {
    // A reach of 127 levels leaves 8 places, one of 255 only 7.
    const std::vector<ChannelForm> channels = {{1 << 30, 1, 1, 0}, {1 << 30, 1 << 7, 8, 0}};
    const auto both = [&](int64_t reach) {
        const S16Forms forms = operators::find_s16_forms(channels, reach);
        return forms.channels[0].has_value() && forms.channels[1].has_value();
    };
    EXPECT_TRUE(both(127));
    EXPECT_FALSE(both(255));
}

} // namespace
} // namespace nibble::test
