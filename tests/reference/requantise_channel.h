// A channel to requantise, by each of the roundings, for the tests of the cheap forms.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "compiler/operators/support/requantise_steps.h"

namespace nibble::test {

/// Zero point and clamps are as a layer has them.
struct RequantiseChannel {
    std::string rounding; ///< "double", "single" or "float"
    int32_t multiplier, shift, dst_zero;
    bool relu; ///< clamp_min == dst_zero
    int64_t bound;

    /// The definition, without the zero point.
    int32_t exact(int32_t acc) const;
    /// With zero point and clamps.
    int64_t defined(int64_t acc) const;
    int32_t clamp_min() const { return relu ? dst_zero : -128; }
    operators::RequantiseRange range() const;
    std::string describe() const;
};

/// A multiplier over its whole range; zero points as activations after a ReLU and others have them.
RequantiseChannel random_channel(std::mt19937 &generator, const std::string &rounding, int32_t shift, bool relu);

} // namespace nibble::test
