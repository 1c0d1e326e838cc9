// f32 as f16, in its bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/float_bits.h"

namespace nibble::reference {

/// The f16 nearest to `value`, ties to even, as IEEE 754 has it; infinite beyond the largest. `value` is a number.
inline uint16_t half_bits(float value) {
    const uint32_t bits = bits_of_float(value), sign = bits >> 31 << 15;
    const uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x477ff000) { // 65520, half way beyond the largest
        return static_cast<uint16_t>(sign | 0x7c00);
    }
    if (magnitude < 0x38800000) { // below the least normal: adding 1/2 leaves units of 2^-24
        const float sum = float_from_bits(magnitude) + 0.5f;
        return static_cast<uint16_t>(sign | (bits_of_float(sum) - 0x3f000000));
    }
    const uint32_t odd = magnitude >> 13 & 1;
    return static_cast<uint16_t>(sign | ((magnitude - 0x38000000 + 0xfff + odd) >> 13));
}

} // namespace nibble::reference
