// Accumulators to integers of 8 or 16 bits, with scales that may come at run time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/element.h"

namespace nibble::reference {

/// Static parameters.
struct RequantizeLinear {
    int64_t rows = 1, n = 1;
    bool lhs_rows = false;               ///< lhs_scale has an element for each row, else one
    bool rhs_columns = true;             ///< rhs_scale has an element for each column, else one
    Element src = {signed_element, 32};  ///< or s64
    Element scale = {float_element, 32}; ///< of all three scales; or f16
    Element dst;                         ///< and of the zero point
};

/// dst [rows][n] = saturate(zero + round(f32(src) * f32(f32(lhs_scale * rhs_scale) / dst_scale))), rounded half to
/// even: what ONNX's QLinearMatMul and QLinearConv make of their accumulators.
void requantize_linear(const RequantizeLinear &, const void *src, const void *lhs_scale, const void *rhs_scale,
                       const void *dst_scale, const void *zero, void *dst);

} // namespace nibble::reference
