// Requantisation of accumulators that are their own f32, proven equal to the definition. docs/numerics.md says why.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/operators/support/requantise_steps.h"

namespace nibble::operators {

/// One channel:
///     dst = clamp(rint(fma(reinterpret_f32(acc + base), scale, offset)))      rint: to nearest, ties to even
/// The bits of 2^23 + n, n in [0, 2^23), are n above those of 2^23. So with `base` in its bias the accumulator is an
/// f32 without a conversion; `offset` takes the base out again and has the zero point in it.
struct BiasedForm {
    int32_t base = 0;
    float scale = 0;
    float offset = 0;
};

/// Accumulators below this in size fit the form whatever their sign.
constexpr int64_t biased_bound = int64_t{1} << 22;

/// A form that equals the definition on every accumulator, or nothing where negative ones show (range.sign), where they
/// can be biased_bound or where the search found none. Deterministic; tens of microseconds.
std::optional<BiasedForm> find_biased_form(const RequantiseRange &);

} // namespace nibble::operators
