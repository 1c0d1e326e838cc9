// SPDX-License-Identifier: Apache-2.0
#include "generators/word_form.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "generators/byte_function.h"

namespace nibble {
namespace {

std::optional<WordForm> form_of(const std::array<int, 256> &values, int32_t mul, int doublings, int bend) {
    const auto rnds = find_addends(values, bend, [&](int a, int value) -> Addends {
        const int32_t product = (a * 256 * mul + (1 << 14)) >> 15, one = 256 >> doublings;
        // The first and the last value are those of saturated words too.
        return {value == -128 ? s16_least : value * one - product,
                value == 127 ? s16_most : (value + 1) * one - 1 - product};
    });
    if (!rnds) {
        return std::nullopt;
    }
    const int16_t rnd = rnds->above.middle();
    return WordForm{static_cast<int16_t>(mul), rnd, bend == -128 ? rnd : rnds->below.middle(), doublings};
}

} // namespace

std::optional<WordForm> find_word_form(const NearlyLinear &wanted) {
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
        const auto form_at = [&](int32_t mul) { return form_of(values, mul, doublings, bend); };
        if (const auto form = find_near(nearest, form_at)) {
            return form;
        }
    }
    return std::nullopt;
}

} // namespace nibble
