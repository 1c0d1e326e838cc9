// Arithmetic of two operands in f32: integers are dequantised before, and the result may be quantised.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/broadcast.h"
#include "runtime/reference/element.h"

namespace nibble::reference {

enum ArithmeticFunction : int64_t {
    add_f32 = 0,
    sub_f32 = 1,
    mul_f32 = 2,
    div_f32 = 3,
    maximum_f32 = 4, ///< the first where it is larger, else the second
    minimum_f32 = 5, ///< the first where it is smaller, else the second
};

/// How a tensor's elements stand for reals: f32 for themselves, integers for scale * (q - zero).
struct QuantisedElement {
    Element type;
    uint32_t scale_bits = 0x3f800000; ///< the f32 scale, as its bits
    int64_t zero = 0;
};

/// Static parameters.
struct ArithmeticF32 {
    Broadcast extents;
    int64_t function = add_f32;
    QuantisedElement src0, src1, dst;
    int64_t clamp_min = 0, clamp_max = 0; ///< of an integer dst
};

/// dst = f(src0, src1), every step one operation in f32: f32(q - zero) * scale of integers, the function, and, where
/// dst is of integers, clamp(zero + round(result / scale)), rounded half to even, NaN as 0. ONNX's operator between
/// DequantizeLinear and QuantizeLinear.
void arithmetic_f32(const ArithmeticF32 &, const void *src0, const void *src1, void *dst);

} // namespace nibble::reference
