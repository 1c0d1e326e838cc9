// A quantised function of one s8 value by products of byte pairs, where that is exact.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "generators/linear_form.h"

namespace nibble {

/// ((a * mul + with * times) * scale + 2^14) >> 15 for s8 `a`; the sum of the two products never leaves s16.
struct PairForm {
    uint8_t mul = 0;
    uint8_t times = 0;
    int8_t with = 0;
    int8_t with_below = 0; ///< in place of with where a < bend
    int16_t scale = 0;
};

/// A form that, clamped to s8, equals the function of `a` alone, clamped to s8 as a whole, for all its 256 arguments,
/// or nothing where none was found: the product mul * scale, which stands for the slope, has no more than 15 bits
/// behind the point. Deterministic; milliseconds.
std::optional<PairForm> find_pair_form(const NearlyLinear &);

} // namespace nibble
