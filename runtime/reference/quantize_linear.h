// f32 to integers of 4 to 16 bits, with scales that may come at run time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/element.h"
#include "runtime/reference/scale_places.h"

namespace nibble::reference {

/// Static parameters.
struct QuantizeLinear {
    ScalePlaces places;
    Element dst; ///< and of the zero points
};

/// dst = saturate(zero + round(src / scale)): the quotient in f32, rounded half to even; NaN gives the zero point.
/// ONNX's QuantizeLinear.
void quantize_linear(const QuantizeLinear &, const float *src, const float *scale, const void *zero, void *dst);

} // namespace nibble::reference
