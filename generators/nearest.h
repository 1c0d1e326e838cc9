// Conversion from f32 to s32 by the processor's own rounding.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

inline constexpr const char *nearest_s32_name = "llvm.lrint.i32.f32";

/// `value` (f32) rounded to the nearest s32, ties to even, in the rounding mode that every ABI starts with. Halide has
/// no such conversion: its round() followed by a cast takes two instructions or more. This is LLVM's scalar intrinsic
/// by its name; Halide calls it lane by lane, and LLVM's vectoriser makes one vcvtps2dq of the lanes
/// (tests/models/test_networks.py looks at the assembly).
inline Halide::Expr nearest_s32(const Halide::Expr &value) {
    using Halide::Internal::Call;
    return Call::make(Halide::Int(32), nearest_s32_name, {value}, Call::PureExtern);
}

} // namespace nibble
