// Exact division of a sum of bytes or s16 values by their number, rounded half away from zero, as a multiplication and
// a shift. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble {

/// round(s / c) = floor((s * reciprocal + 2^(shr-1)) / 2^shr) for c values of at most v in size, whose sum is s: v is
/// 128 for s8 values, 255 for u8 values and 2^15 for s16 values.
///
/// With reciprocal = floor(2^shr / c) + 1 = (2^shr + e) / c, 1 <= e <= c, the quotient before the floor is
/// s/c + 1/2 + d, d = s e / (c 2^shr), of the sign of s. The numerator of s/c + 1/2 = (2 s + c) / (2 c) is an integer,
/// so
///   - off ties, the quotient's floor is right as long as |d| < 1 / (2 c);
///   - at ties s/c + 1/2 is an integer: d > 0 leaves it (up, away from zero), d < 0 takes one off (down, away from
///   zero).
/// |d| <= v e / 2^shr <= v c / 2^shr, so both hold where 2 v c^2 < 2^shr.
struct RoundedDivision {
    /// Counts up to these do with 32 bits: |s * reciprocal| <= v (2^23 + c), and half of 2^23 more is below 2^31.
    static constexpr int64_t most_narrow_count = 181;
    static constexpr int64_t most_narrow_u8_count = 128;
    static constexpr int narrow_shr = 23;
    /// Counts up to this one do with 64 bits: |s * reciprocal| < 2^63.
    static constexpr int64_t most_count = (int64_t{1} << 22) - 1;
    static constexpr int wide_shr = 54;
    /// Of s16 values: |s * reciprocal| <= 2^15 (2^47 + c), and 2 * 2^15 c^2 < 2^47.
    static constexpr int64_t most_s16_count = 46340;
    static constexpr int s16_shr = 47;

    static constexpr int64_t reciprocal(int64_t count, int shr) { return (int64_t{1} << shr) / count + 1; }
};

} // namespace nibble
