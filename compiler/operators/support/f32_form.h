// Requantisation in f32, proven equal to the definition. docs/numerics.md says why the proof is one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/operators/support/requantise_steps.h"

namespace nibble::operators {

/// One channel in f32:
///     s = fma(f32(acc), scale, acc < 0 ? -half : half)      (without `sign`: half)
///     dst = clamp(trunc(s) + dst_zero)
struct F32Form {
    float scale = 0;
    float half = 0; ///< a half and what the first of two roundings adds to it
};

/// A form that equals the definition on every accumulator, or nothing where the search found none. Deterministic;
/// tens of microseconds.
std::optional<F32Form> find_f32_form(const RequantiseRange &);

} // namespace nibble::operators
