// A quantised function of one s8 value in 16-bit arithmetic, where that is exact.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "generators/linear_form.h"

namespace nibble {

/// (((a * 256) * mul >> 16) + rnd) >> shr for s8 `a`, shifts arithmetic; no sum leaves s16.
struct NarrowForm {
    int16_t mul = 0;
    int16_t rnd = 0;
    int16_t rnd_below = 0; ///< in place of rnd where a < bend
    int shr = 0;
};

/// A form that, clamped to [least, most], equals the function of `a` alone for all its 256 arguments, or nothing where
/// none was found near the slope, which must be positive. Deterministic; milliseconds.
std::optional<NarrowForm> find_narrow_form(const NearlyLinear &);

} // namespace nibble
