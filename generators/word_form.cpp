// SPDX-License-Identifier: Apache-2.0
#include "generators/word_form.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "generators/byte_values.h"

namespace nibble {
namespace {

constexpr int32_t s16_least = std::numeric_limits<int16_t>::min();
constexpr int32_t s16_most = std::numeric_limits<int16_t>::max();

/// The values of rnd that serve every argument met so far.
struct Interval {
    int32_t least = s16_least;
    int32_t most = s16_most;

    /// `one` is what a sum gains from one value to the next. The first and the last value are those of saturated words
    /// too.
    void narrow(int value, int32_t product, int32_t one) {
        least = value > -128 ? std::max(least, value * one - product) : least;
        most = value < 127 ? std::min(most, (value + 1) * one - 1 - product) : most;
    }
    bool empty() const { return least > most; }
    int16_t middle() const { return static_cast<int16_t>((least + most) / 2); }
};

std::optional<WordForm> form_of(const std::array<int, 256> &values, int32_t mul, int doublings, int bend) {
    Interval above, below;
    for (int a = -128; a <= 127; a++) {
        (a < bend ? below : above).narrow(values[a + 128], (a * 256 * mul + (1 << 14)) >> 15, 256 >> doublings);
    }
    if (above.empty() || below.empty()) {
        return std::nullopt;
    }
    const int16_t rnd = above.middle();
    return WordForm{static_cast<int16_t>(mul), rnd, bend == -128 ? rnd : below.middle(), doublings};
}

} // namespace

std::optional<WordForm> find_word_form(const NearlyLinear &wanted) {
    constexpr int radius = 40; // of the search, in units of the multiplier
    constexpr int most_doublings = 2;
    if (wanted.least != -128 || wanted.most != 127 || wanted.slope_a <= 0) {
        return std::nullopt;
    }
    const int doublings = std::max(0, std::ilogb(wanted.slope_a) + 1);
    if (doublings > most_doublings) {
        return std::nullopt;
    }
    const std::array<int, 256> values = byte_values(wanted);
    const auto nearest = static_cast<int32_t>(std::lround(std::ldexp(wanted.slope_a, 15 - doublings)));
    for (const int bend : {-128, wanted.bend}) { // one side costs two instructions less
        for (int distance = 0; distance <= radius; distance++) {
            for (const int32_t mul : {nearest - distance, nearest + distance}) {
                const bool fits = mul >= 1 && mul <= s16_most;
                if (const auto form = fits ? form_of(values, mul, doublings, bend) : std::nullopt) {
                    return form;
                }
            }
        }
    }
    return std::nullopt;
}

} // namespace nibble
