// The accumulators at which a requantisation has to be looked at.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <set>

namespace nibble::test {

/// Accumulators within [-bound, bound] beside every step of `value` in the s8 range and one step beyond, and the
/// extremes. `value` never decreases.
std::set<int64_t> step_edges(int64_t bound, const std::function<int64_t(int64_t acc)> &value);

} // namespace nibble::test
