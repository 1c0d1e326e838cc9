// SPDX-License-Identifier: Apache-2.0
#include "generators/pair_form.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "generators/byte_function.h"

namespace nibble {
namespace {

/// The least n for which n * by >= value; `by` is positive.
int32_t ceil_div(int64_t value, int32_t by) {
    return static_cast<int32_t>(value > 0 ? (value + by - 1) / by : value / by);
}

/// The least sum whose result is `value` or above.
int32_t least_sum(int value, int32_t scale) { return ceil_div(int64_t{value} * (1 << 15) - (1 << 14), scale); }

/// An s8 whose product with `times` is one of the addends.
std::optional<int8_t> factor(const Addends &addends, int32_t times) {
    const int32_t first = std::max(ceil_div(addends.least, times), -128);
    return first <= 127 && first * times <= addends.most ? std::optional(static_cast<int8_t>(first)) : std::nullopt;
}

std::optional<PairForm> form_of(const std::array<int, 256> &values, int32_t mul, int32_t scale, int bend) {
    const auto addends = find_addends(values, bend, [&](int a, int value) -> Addends {
        const int32_t least = value == -128 ? s16_least : least_sum(value, scale);
        const int32_t most = value == 127 ? s16_most : least_sum(value + 1, scale) - 1;
        // The sum stays in s16.
        return {std::max(least, s16_least) - a * mul, std::min(most, s16_most) - a * mul};
    });
    for (int32_t times = addends ? 255 : 0; times >= 1; times--) {
        const auto with = factor(addends->above, times);
        const auto with_below = bend == -128 ? with : factor(addends->below, times);
        if (with && with_below) {
            return PairForm{static_cast<uint8_t>(mul), static_cast<uint8_t>(times), *with, *with_below,
                            static_cast<int16_t>(scale)};
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<PairForm> find_pair_form(const NearlyLinear &wanted) {
    constexpr int32_t radius = 3; // of the search, in units of the scale
    if (wanted.least != -128 || wanted.most != 127 || wanted.slope_a <= 0) {
        return std::nullopt;
    }
    const std::array<int, 256> values = byte_values(wanted);
    for (const int bend : {-128, wanted.bend}) { // one side costs two instructions less
        // Large factors first: they place the sum most finely.
        for (int32_t mul = 255; mul >= 1; mul--) {
            const auto nearest =
                static_cast<int32_t>(std::lround(std::ldexp(std::min(wanted.slope_a, 256.0), 15) / mul));
            for (int32_t scale = std::max(1, nearest - radius); scale <= std::min(nearest + radius, s16_most);
                 scale++) {
                if (const auto form = form_of(values, mul, scale, bend)) {
                    return form;
                }
            }
        }
    }
    return std::nullopt;
}

} // namespace nibble
