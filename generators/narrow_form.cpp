// SPDX-License-Identifier: Apache-2.0
#include "generators/narrow_form.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "generators/byte_values.h"

namespace nibble {
namespace {

constexpr int32_t s16_least = std::numeric_limits<int16_t>::min();
constexpr int32_t s16_most = std::numeric_limits<int16_t>::max();

int32_t product(int a, int32_t mul) { return (a * 256 * mul) >> 16; }

/// The values of rnd that serve every argument met so far.
struct Interval {
    int32_t least = s16_least;
    int32_t most = s16_most;

    /// Narrows it to those for which (p + rnd) >> shr is `value`, or beyond it where that clamps to it.
    void narrow(const NearlyLinear &wanted, int value, int32_t p, int shr) {
        least = std::max(least, value == wanted.least ? s16_least - p : value * (1 << shr) - p);
        most = std::min(most, value == wanted.most ? s16_most - p : (value + 1) * (1 << shr) - 1 - p);
        // The sum stays in s16.
        least = std::max(least, s16_least - p);
        most = std::min(most, s16_most - p);
    }
    bool empty() const { return least > most; }
    int16_t middle() const { return static_cast<int16_t>((least + most) / 2); }
};

std::optional<NarrowForm> form_of(const NearlyLinear &wanted, const std::array<int, 256> &values, int32_t mul, int shr,
                                  int bend) {
    Interval above, below;
    for (int a = -128; a <= 127; a++) {
        Interval &side = a < bend ? below : above;
        side.narrow(wanted, values[a + 128], product(a, mul), shr);
        if (side.empty()) {
            return std::nullopt;
        }
    }
    const int16_t rnd = above.middle();
    return NarrowForm{static_cast<int16_t>(mul), rnd, bend == -128 ? rnd : below.middle(), shr};
}

} // namespace

std::optional<NarrowForm> find_narrow_form(const NearlyLinear &wanted) {
    constexpr int radius = 40; // of the search, in units of the multiplier
    constexpr int finest = 7, coarsest = 3;
    const std::array<int, 256> values = byte_values(wanted);
    for (const int bend : {-128, wanted.bend}) { // one side costs two instructions less
        for (int shr = finest; shr >= coarsest; shr--) {
            const auto nearest =
                static_cast<int32_t>(std::lround(std::ldexp(std::min(wanted.slope_a, 256.0), 8 + shr)));
            for (int distance = 0; distance <= radius; distance++) {
                for (const int32_t mul : {nearest - distance, nearest + distance}) {
                    if (mul < 1 || mul > s16_most) {
                        continue;
                    }
                    if (const auto form = form_of(wanted, values, mul, shr, bend)) {
                        return form;
                    }
                }
            }
        }
    }
    return std::nullopt;
}

} // namespace nibble
