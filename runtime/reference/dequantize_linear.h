// Integers of 4 to 32 bits to f32, with scales that may come at run time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/element.h"
#include "runtime/reference/scale_places.h"

namespace nibble::reference {

/// Static parameters.
struct DequantizeLinear {
    ScalePlaces places;
    Element src; ///< and of the zero points
};

/// dst = f32(src - zero) * scale; the difference in s32, modulo 2^32. ONNX's DequantizeLinear.
void dequantize_linear(const DequantizeLinear &, const void *src, const float *scale, const void *zero, float *dst);

} // namespace nibble::reference
