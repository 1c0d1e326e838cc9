// Requantisation in f32, proven equal to the definition. docs/numerics.md says why the proof is one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace nibble::operators {

/// One channel in f32:
///     s = fma(f32(acc), scale, acc < 0 ? -half : half)      (without `sign`: half)
///     dst = clamp(trunc(s) + dst_zero)
struct F32Form {
    float scale = 0;
    float half = 0; ///< a half and what the first of two roundings adds to it
};

/// What the form has to equal, for |acc| <= bound and within [least, most].
struct RequantiseRange {
    std::function<int32_t(int32_t acc)> exact; ///< without the zero point; never decreases
    double factor = 0;                         ///< what it multiplies by, up to its rounding; not negative
    int64_t bound = 0;                         ///< below 2^31
    int32_t least = 0;                         ///< clamp_min - dst_zero
    int32_t most = 0;                          ///< clamp_max - dst_zero
    bool sign = true;                          ///< false: least >= 0, so that no negative accumulator shows
    bool unfused = false;                      ///< true: equal too where product and sum are rounded apart
};

/// A form that equals the definition on every accumulator, or nothing where the search found none. Deterministic;
/// tens of microseconds.
std::optional<F32Form> find_f32_form(const RequantiseRange &);

} // namespace nibble::operators
