// f32 to u8 with the scale and zero point that the values themselves ask for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct DynamicQuantize {
    int64_t elements = 1;
};

/// With low = min(0, least) and high = max(0, most) of src, numbers that are no numbers left out:
///   scale = (high - low) / 255, or 1 where that is 0
///   zero  = saturate(round(0 - low / scale))
///   dst   = saturate(zero + round(src / scale))
/// each step in f32, rounded half to even; NaN as 0. ONNX's DynamicQuantizeLinear, which leaves a range of 0 open.
void dynamic_quantize(const DynamicQuantize &, const float *src, uint8_t *dst, float *scale, uint8_t *zero);

} // namespace nibble::reference
