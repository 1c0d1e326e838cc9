// What the searches for cheap forms of a function of one s8 value share: its table, and the addends that serve it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "generators/linear_form.h"

namespace nibble {

inline constexpr int32_t s16_least = std::numeric_limits<int16_t>::min();
inline constexpr int32_t s16_most = std::numeric_limits<int16_t>::max();

/// The function's values in the order of its arguments, -128 first.
inline std::array<int, 256> byte_values(const NearlyLinear &wanted) {
    std::array<int, 256> values{};
    for (int a = -128; a <= 127; a++) {
        values[a + 128] = wanted.value(a, 0);
    }
    return values;
}

/// The addends from `least` to `most`, all of s16 at first.
struct Addends {
    int32_t least = s16_least;
    int32_t most = s16_most;

    bool empty() const { return least > most; }
    int16_t middle() const { return static_cast<int16_t>((least + most) / 2); }
};

/// Those of the arguments from `bend` on, and of the others.
struct AddendsBySide {
    Addends above, below;
};

/// The addends that serve every argument; serving(a, value) are those that give `a` its value. Nothing where a side has
/// none.
template <typename Serving>
std::optional<AddendsBySide> find_addends(const std::array<int, 256> &values, int bend, Serving serving) {
    AddendsBySide sides;
    for (int a = -128; a <= 127; a++) {
        const Addends one = serving(a, values[a + 128]);
        Addends &side = a < bend ? sides.below : sides.above;
        side = {std::max(side.least, one.least), std::min(side.most, one.most)};
        if (side.empty()) {
            return std::nullopt;
        }
    }
    return sides;
}

/// form_at(mul) of the positive s16 nearest to `nearest` that has one, or nothing where none near it has.
template <typename FormAt>
auto find_near(int32_t nearest, FormAt form_at) -> decltype(form_at(nearest)) {
    constexpr int radius = 40; // of the search, in units of the multiplier
    for (int distance = 0; distance <= radius; distance++) {
        for (const int32_t mul : {nearest - distance, nearest + distance}) {
            if (mul < 1 || mul > s16_most) {
                continue;
            }
            if (const auto form = form_at(mul)) {
                return form;
            }
        }
    }
    return std::nullopt;
}

} // namespace nibble
