// x * relu6(x + 3) / 6, s8, in 16-bit fixed point.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters; hard_swish_parameters gives the multipliers. All are Q15.
struct HardSwish {
    int64_t elements = 1;
    int32_t multiplier = 0, shift = 0;           ///< src scale / 128 / dst scale; shift <= 0
    int32_t gate_multiplier = 0, gate_shift = 0; ///< src scale / 128 / (3 / 2^15)
    int32_t src_zero = 0, dst_zero = 0;          ///< zero points
};

/// The four multipliers and shifts, from quotients in f32 and rounded from Q31 to Q15.
HardSwish hard_swish_parameters(int64_t elements, float src_scale, float dst_scale);

/// dst = saturate(dst_zero + gate * scaled), with x = 128 * (src - src_zero), scaled = x by the first factor, and the
/// gate x / 3 of [-1, 1] moved to [0, 1]; rounded as TFLite's reference kernel does, step by step.
void hard_swish(const HardSwish &, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
