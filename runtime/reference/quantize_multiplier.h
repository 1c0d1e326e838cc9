// A positive real factor as a Q31 multiplier and a shift.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

namespace nibble::reference {

/// real = multiplier * 2^(shift - 31); multiplier is 0 or in [2^30, 2^31).
struct QuantizedMultiplier {
    int32_t multiplier = 0;
    int shift = 0; ///< positive: left
};

/// The rule of TFLite's QuantizeMultiplier (kernels/internal/quantization_util.cc): half up at the 31st bit, and
/// factors below 2^-32 are zero. `real` is finite and not negative.
inline QuantizedMultiplier quantize_multiplier(double real) {
    if (real == 0) {
        return {};
    }
    int shift = 0;
    const double fraction = std::frexp(real, &shift);
    auto multiplier = static_cast<int64_t>(std::floor(std::ldexp(fraction, 31) + 0.5));
    if (multiplier == int64_t{1} << 31) {
        multiplier /= 2;
        ++shift;
    }
    if (shift < -31) {
        return {};
    }
    return {static_cast<int32_t>(multiplier), shift};
}

} // namespace nibble::reference
