// Where the definition of a requantisation steps: all that a cheaper form has to be compared with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace nibble::operators {

/// What a form has to equal, for |acc| <= bound and within [least, most].
struct RequantiseRange {
    std::function<int32_t(int32_t acc)> exact; ///< without the zero point; never decreases
    double factor = 0;                         ///< what it multiplies by, up to its rounding; not negative
    int64_t bound = 0;                         ///< below 2^31
    int32_t dst_zero = 0;
    int32_t least = 0;    ///< clamp_min - dst_zero
    int32_t most = 0;     ///< clamp_max - dst_zero
    bool sign = true;     ///< false: least >= 0, so that no negative accumulator shows
    bool unfused = false; ///< true: F32Form has to be equal too where product and sum are rounded apart
};

/// The results reach `level` in size where |acc| >= first, and do not where it is less.
struct Step {
    int32_t level;
    int64_t first; ///< bound + 1 where no accumulator reaches the level
};

/// The steps of positive accumulators up to range.most, and the first that none of them reaches; then those of negative
/// ones, in size, where range.sign.
std::vector<Step> steps_of(const RequantiseRange &);

/// `value` moved by so many last places, away from zero where `places` is positive; for value >= 0.
float last_places(float value, int places);

} // namespace nibble::operators
