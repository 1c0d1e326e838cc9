// A quantised function of one s8 value in the high bytes of 16-bit words, where that is exact.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "generators/linear_form.h"

namespace nibble {

/// The high byte of saturate_s16((((a * 256 * mul + 2^14) >> 15) + rnd) * 2^doublings) for s8 `a`.
struct WordForm {
    int16_t mul = 0;
    int16_t rnd = 0;
    int16_t rnd_below = 0; ///< in place of rnd where a < bend
    int doublings = 0;
};

/// A form that equals the function of `a` alone, clamped to s8 as a whole, for all its 256 arguments, or nothing where
/// none was found near the slope, which must lie between 0 and 4. Deterministic; a millisecond.
std::optional<WordForm> find_word_form(const NearlyLinear &);

} // namespace nibble
