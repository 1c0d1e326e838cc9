// Saturation of int32 to int8, as LLVM knows it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// int32 to int8, saturated.
inline Halide::Expr saturate_s8(const Halide::Expr &value) {
    // Selects rather than saturating_cast: LLVM turns them into one narrowing instruction (vpmovsdb), saturating_cast
    // into five.
    const Halide::Expr upper = Halide::select(value > 127, 127, value);
    return Halide::cast(Halide::Int(8, value.type().lanes()), Halide::select(upper < -128, -128, upper));
}

} // namespace nibble
