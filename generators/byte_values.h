// A quantised function of one s8 value as the table of its values, which the searches for its cheap forms compare with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "generators/linear_form.h"

namespace nibble {

/// The function's values in the order of its arguments, -128 first.
inline std::array<int, 256> byte_values(const NearlyLinear &wanted) {
    std::array<int, 256> values{};
    for (int a = -128; a <= 127; a++) {
        values[a + 128] = wanted.value(a, 0);
    }
    return values;
}

} // namespace nibble
