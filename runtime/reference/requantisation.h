// How an operator's accumulators come to its output's scale, channel by channel: the rule and its factors.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

/// Exactly one of the two kinds of factors is there; each has one element a channel.
struct Requantisation {
    /// requantize_double, requantize_single: both have these factors.
    using ByMultiplier = int32_t (*)(int32_t acc, int32_t multiplier, int shift);

    ByMultiplier rule = requantize_double;
    const int32_t *multiplier = nullptr; ///< Q31
    const int32_t *shift = nullptr;      ///< positive: left
    const float *scale = nullptr;        ///< of requantize_float

    int32_t operator()(int32_t acc, int64_t channel) const {
        return scale != nullptr ? requantize_float(acc, scale[channel])
                                : rule(acc, multiplier[channel], shift[channel]);
    }
};

} // namespace nibble::reference
