// Packed layouts against their index formulas, over sizes on both sides of every padding.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/pack.h"

#include <algorithm>
#include <climits>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

constexpr unsigned seed = 1;
constexpr int8_t unwritten = 0x5A;

std::vector<int8_t> random_weights(int64_t count) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> byte(-128, 127);
    std::vector<int8_t> wei(static_cast<size_t>(count));
    std::generate(wei.begin(), wei.end(), [&] { return static_cast<int8_t>(byte(random)); });
    return wei;
}

struct PanelShape {
    int64_t co, rows, segments, length, panel, products;
};

void check_panels(const PanelShape &s, uint8_t flip = 0) {
    SCOPED_TRACE("co=" + std::to_string(s.co) + " rows=" + std::to_string(s.rows) +
                 " segments=" + std::to_string(s.segments) + " length=" + std::to_string(s.length) +
                 " panel=" + std::to_string(s.panel) + " products=" + std::to_string(s.products));
    std::vector<int8_t> wei = random_weights(s.co * s.rows * s.segments * s.length);
    std::vector<int8_t> packed(
        static_cast<size_t>(nibble_panels_bytes(s.co, s.rows, s.segments, s.length, s.panel, s.products)), unwritten);
    nibble_pack_panels(wei.data(), s.co, s.rows, s.segments, s.length, s.panel, s.products, flip, packed.data());
    int64_t groups = (s.length + s.products - 1) / s.products;
    int64_t panels = (s.co + s.panel - 1) / s.panel;
    ASSERT_EQ(static_cast<int64_t>(packed.size()), panels * s.rows * s.segments * groups * s.panel * s.products);
    size_t at = 0;
    for (int64_t p = 0; p < panels; ++p) {
        for (int64_t run = 0; run < s.rows * s.segments; ++run) {
            for (int64_t i = 0; i < groups * s.products * s.panel; ++i, ++at) {
                int64_t o = p * s.panel + i / s.products % s.panel;
                int64_t k = i / s.products / s.panel * s.products + i % s.products;
                bool inside = o < s.co && k < s.length;
                const int8_t weight =
                    inside ? wei[static_cast<size_t>((o * s.rows * s.segments + run) * s.length + k)] : 0;
                const auto expected = inside ? static_cast<int8_t>(weight ^ static_cast<int8_t>(flip)) : int8_t{0};
                ASSERT_EQ(packed[at], expected) << "at " << at;
            }
        }
    }
}

TEST(PackPanels, FollowTheirFormula) {
    for (int64_t panel : {1, 16, 48, 64}) {
        for (int64_t co : {1, 15, 16, 17, 47, 64, 65}) {
            for (int64_t length : {1, 3, 4, 5, 8, 27}) {
                for (int64_t products : {2, 4}) {
                    check_panels({co, 3, 2, length, panel, products});
                    check_panels({co, 1, 1, length, panel, products}, 0x80);
                }
            }
        }
    }
}

// Each weight lands in exactly one place and everything else is zero.
TEST(PackPanels, OneHotWeightsStayOneHot) {
    constexpr int64_t co = 5, rows = 2, segments = 3, length = 6, panel = 4, products = 4;
    std::vector<bool> taken(static_cast<size_t>(nibble_panels_bytes(co, rows, segments, length, panel, products)));
    for (size_t hot = 0; hot < co * rows * segments * length; ++hot) {
        std::vector<int8_t> wei(co * rows * segments * length);
        wei[hot] = -128;
        std::vector<int8_t> packed(taken.size(), unwritten);
        nibble_pack_panels(wei.data(), co, rows, segments, length, panel, products, 0, packed.data());
        EXPECT_EQ(std::count(packed.begin(), packed.end(), 0), static_cast<int64_t>(packed.size()) - 1);
        auto place = static_cast<size_t>(std::find(packed.begin(), packed.end(), -128) - packed.begin());
        ASSERT_LT(place, taken.size());
        EXPECT_FALSE(taken[place]);
        taken[place] = true;
    }
}

std::vector<int8_t> random_nibbles(int64_t count) {
    std::vector<int8_t> wei = random_weights(count);
    std::transform(wei.begin(), wei.end(), wei.begin(), [](int8_t w) { return static_cast<int8_t>(w >> 4); });
    return wei;
}

/// The nibble that the formula has at each place: both ways, so that it is a bijection up to padding.
void check_panels4(const PanelShape &s, uint8_t flip, uint8_t pad) {
    SCOPED_TRACE("co=" + std::to_string(s.co) + " length=" + std::to_string(s.length) +
                 " panel=" + std::to_string(s.panel) + " products=" + std::to_string(s.products));
    const std::vector<int8_t> wei = random_nibbles(s.co * s.rows * s.segments * s.length);
    std::vector<uint8_t> packed(
        static_cast<size_t>(nibble_panels4_bytes(s.co, s.rows, s.segments, s.length, s.panel, s.products)), 0x5A);
    nibble_pack_panels4(wei.data(), s.co, s.rows, s.segments, s.length, s.panel, s.products, flip, pad, packed.data());
    const int64_t pairs = (s.length + 2 * s.products - 1) / (2 * s.products), panels = (s.co + s.panel - 1) / s.panel;
    ASSERT_EQ(static_cast<int64_t>(packed.size()), panels * s.rows * s.segments * pairs * s.panel * s.products);
    std::vector<bool> seen(wei.size());
    for (size_t nibble = 0; nibble < 2 * packed.size(); ++nibble) {
        auto at = static_cast<int64_t>(nibble / 2);
        const int64_t j = at % s.products, o_in = at / s.products % s.panel, rest = at / s.products / s.panel;
        const int64_t run = rest / pairs % (s.rows * s.segments),
                      o = rest / pairs / (s.rows * s.segments) * s.panel + o_in;
        const int64_t k = (2 * (rest % pairs) + static_cast<int64_t>(nibble % 2)) * s.products + j;
        const int found = (packed[nibble / 2] >> (4 * (nibble % 2))) & 15;
        if (o >= s.co || k >= s.length) {
            ASSERT_EQ(found, pad) << nibble;
            continue;
        }
        const auto place = static_cast<size_t>((o * s.rows * s.segments + run) * s.length + k);
        ASSERT_EQ((found ^ flip ^ 8) - 8, wei[place]) << nibble;
        seen[place] = true;
    }
    EXPECT_EQ(std::count(seen.begin(), seen.end(), false), 0);
}

TEST(PackPanels4, FollowTheirFormulaAndHaveEachWeightOnce) {
    for (int64_t panel : {1, 16, 32}) {
        for (int64_t co : {1, 15, 16, 17, 33}) {
            for (int64_t length : {1, 3, 4, 5, 8, 9, 16, 27}) {
                for (int64_t products : {2, 4}) {
                    check_panels4({co, 3, 2, length, panel, products}, 0, 0);
                    check_panels4({co, 1, 1, length, panel, products}, 8, 0);
                    check_panels4({co, 1, 1, length, panel, products}, 8, 8);
                }
            }
        }
    }
}

TEST(UnpackS4, HasTheLowNibbleFirstAndLeavesAnOddTail) {
    const uint8_t packed[] = {0x80, 0x7F, 0xA5};
    std::vector<int8_t> elements(5, 99);
    nibble_unpack_s4(packed, 5, elements.data());
    EXPECT_EQ(elements, (std::vector<int8_t>{0, -8, -1, 7, 5}));
}

TEST(FoldBias, SumsChannelsOfOhwiWeights) {
    constexpr int64_t co = 7, count = 27;
    std::vector<int8_t> wei = random_weights(co * count);
    std::vector<int32_t> bia = {0, 1, -1, 1000, -100000, 1 << 30, -(1 << 30)};
    for (int32_t offset : {0, 1, -128, 127, 255}) {
        std::vector<int32_t> folded(co);
        nibble_fold_bias(wei.data(), bia.data(), co, count, count, 1, offset, folded.data());
        for (int64_t c = 0; c < co; ++c) {
            int64_t sum = 0;
            for (int64_t k = 0; k < count; ++k) {
                sum += wei[static_cast<size_t>(c * count + k)];
            }
            EXPECT_EQ(folded[static_cast<size_t>(c)], bia[static_cast<size_t>(c)] - offset * sum);
        }
    }
}

// The identity that the offset stands for: sum (x - zero) w + b == sum (x + 128) w + folded.
TEST(FoldBias, KeepsTheConvolutionForDepthwiseWeights) {
    constexpr int64_t co = 5, taps = 9;
    constexpr int32_t zero = -7;
    std::vector<int8_t> wei = random_weights(taps * co);
    std::vector<int8_t> src = random_weights(taps * co + 1);
    std::vector<int32_t> bia = {5, -6, 7, 0, 1};
    std::vector<int32_t> folded(co);
    nibble_fold_bias(wei.data(), bia.data(), co, taps, 1, co, zero + 128, folded.data());
    for (int64_t c = 0; c < co; ++c) {
        int32_t plain = bia[static_cast<size_t>(c)];
        int32_t lowered = folded[static_cast<size_t>(c)];
        for (int64_t t = 0; t < taps; ++t) {
            auto at = static_cast<size_t>(t * co + c);
            plain += (src[at] - zero) * wei[at];
            lowered += (src[at] + 128) * wei[at];
        }
        EXPECT_EQ(plain, lowered);
    }
}

TEST(FoldBias, WrapsAroundAndWorksInPlace) {
    std::vector<int8_t> wei = {127, 127, -128, -128};
    std::vector<int32_t> bia = {INT32_MIN, INT32_MAX};
    nibble_fold_bias(wei.data(), bia.data(), 2, 2, 2, 1, 255, bia.data());
    EXPECT_EQ(bia[0], static_cast<int32_t>(0x80000000u - 255u * 254u));
    EXPECT_EQ(bia[1], static_cast<int32_t>(0x7FFFFFFFu + 255u * 256u));
}

TEST(PackWindows, FollowTheirFormula) {
    for (int64_t kw : {1, 3, 4, 5, 8, 9}) {
        for (int64_t co_padded : {13, 16, 32}) {
            constexpr int64_t kh = 2, co = 13;
            std::vector<int8_t> wei = random_weights(kh * kw * co);
            int64_t groups = (kw + 3) / 4;
            std::vector<int32_t> packed(static_cast<size_t>(kh * groups * co_padded), unwritten);
            nibble_pack_windows4(wei.data(), kh, kw, co, co_padded, packed.data());
            for (size_t at = 0; at < packed.size() * 4; ++at) {
                auto j = static_cast<int64_t>(at % 4);
                auto word = static_cast<int64_t>(at / 4);
                int64_t c = word % co_padded;
                int64_t kx = word / co_padded % groups * 4 + j;
                int64_t ky = word / co_padded / groups;
                bool inside = c < co && kx < kw;
                int expected = inside ? wei[static_cast<size_t>((ky * kw + kx) * co + c)] : 0;
                auto bits = static_cast<uint32_t>(packed[static_cast<size_t>(word)]);
                ASSERT_EQ(static_cast<int8_t>(bits >> (8 * j)), expected) << "kw=" << kw << " at " << at;
            }
        }
    }
}

TEST(PackColumns, FollowTheirFormula) {
    for (int64_t kh : {1, 3, 4, 5, 7, 8}) {
        constexpr int64_t kw = 3, co = 5, co_padded = 16;
        const std::vector<int8_t> wei = random_weights(kh * kw * co);
        const int64_t words = (kh + 3) / 4, sets = kh % 4 == 0 ? 1 : 2;
        ASSERT_EQ(nibble_column_words(kh), sets * words);
        std::vector<int32_t> packed(static_cast<size_t>(sets * words * kw * co_padded), unwritten);
        nibble_pack_columns4(wei.data(), kh, kw, co, co_padded, packed.data());
        for (size_t at = 0; at < packed.size() * 4; ++at) {
            const auto j = static_cast<int64_t>(at % 4), word = static_cast<int64_t>(at / 4);
            const int64_t c = word % co_padded, kx = word / co_padded % kw, k = word / co_padded / kw;
            const int64_t ky = 4 * (k % words) + j - k / words;
            const bool inside = c < co && ky >= 0 && ky < kh;
            const int expected = inside ? wei[static_cast<size_t>((ky * kw + kx) * co + c)] : 0;
            const auto bits = static_cast<uint32_t>(packed[static_cast<size_t>(word)]);
            ASSERT_EQ(static_cast<int8_t>(bits >> (8 * j)), expected) << "kh=" << kh << " at " << at;
        }
    }
}

TEST(PackTaps, FollowTheirFormula) {
    for (int64_t co_padded : {13, 16, 64}) {
        constexpr int64_t taps = 9, co = 13;
        std::vector<int8_t> wei = random_weights(taps * co);
        std::vector<int16_t> packed(static_cast<size_t>(taps * co_padded), unwritten);
        nibble_pack_i16_taps(wei.data(), taps, co, co_padded, packed.data());
        for (int64_t at = 0; at < taps * co_padded; ++at) {
            int64_t c = at % co_padded;
            int expected = c < co ? wei[static_cast<size_t>(at / co_padded * co + c)] : 0;
            ASSERT_EQ(packed[static_cast<size_t>(at)], expected) << at;
        }
    }
}

} // namespace
