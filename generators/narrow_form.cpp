// SPDX-License-Identifier: Apache-2.0
#include "generators/narrow_form.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "generators/byte_function.h"

namespace nibble {
namespace {

std::optional<NarrowForm> form_of(const NearlyLinear &wanted, const std::array<int, 256> &values, int32_t mul, int shr,
                                  int bend) {
    const auto rnds = find_addends(values, bend, [&](int a, int value) -> Addends {
        const int32_t product = (a * 256 * mul) >> 16, one = 1 << shr;
        const int32_t least = value == wanted.least ? s16_least : value * one;
        const int32_t most = value == wanted.most ? s16_most : (value + 1) * one - 1;
        // The sum stays in s16.
        return {std::max(least, s16_least) - product, std::min(most, s16_most) - product};
    });
    if (!rnds) {
        return std::nullopt;
    }
    const int16_t rnd = rnds->above.middle();
    return NarrowForm{static_cast<int16_t>(mul), rnd, bend == -128 ? rnd : rnds->below.middle(), shr};
}

} // namespace

std::optional<NarrowForm> find_narrow_form(const NearlyLinear &wanted) {
    constexpr int finest = 7, coarsest = 3;
    const std::array<int, 256> values = byte_values(wanted);
    for (const int bend : {-128, wanted.bend}) { // one side costs two instructions less
        for (int shr = finest; shr >= coarsest; shr--) {
            const auto nearest =
                static_cast<int32_t>(std::lround(std::ldexp(std::min(wanted.slope_a, 256.0), 8 + shr)));
            const auto form_at = [&](int32_t mul) { return form_of(wanted, values, mul, shr, bend); };
            if (const auto form = find_near(nearest, form_at)) {
                return form;
            }
        }
    }
    return std::nullopt;
}

} // namespace nibble
