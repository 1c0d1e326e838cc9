// A quantised function of one or two s8 values as one linear form, where that is exact.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace nibble {

/// (a * mul_a + b * mul_b + rnd) >> shr, arithmetic, for s8 values a and b; no partial sum leaves s32.
struct LinearForm {
    int32_t mul_a = 0;
    int32_t mul_b = 0;
    int32_t rnd = 0;
    int32_t rnd_below = 0; ///< in place of rnd where a < bend
    int shr = 0;
};

/// A function of s8 values a and b that is round(a * slope_a + b * slope_b + offset), up to what its own steps round
/// off, clamped to [least, most] (within s8). Rounding twice and away from zero moves all steps below zero one way and
/// those above it the other: where that counts, `bend` is the a of zero.
struct NearlyLinear {
    double slope_a = 0;
    double slope_b = 0; ///< 0 where the function depends on a alone
    double offset = 0;
    int bend = -128; ///< least a on the upper side; -128: there is but one side
    int least = -128;
    int most = 127;
    std::function<int(int a, int b)> value;
};

/// A form that, clamped to [least, most], equals the function for all 65,536 (without b: 256) arguments, or nothing
/// where none was found near the slopes. Deterministic, and quick: hundredths of a second.
std::optional<LinearForm> find_linear_form(const NearlyLinear &);

} // namespace nibble
