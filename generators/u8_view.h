// Activations of u8 in buffers of int8 (compiler/operators/support/u8_view.h): kernels compute on q - 128.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// The s8 view of a u8 value that was loaded as int8, or the byte to store for an s8 value: the sign bit flipped. The
/// value itself where the activation is no u8. Where a lowering flips the bit again, LLVM drops both.
inline Halide::Expr flip_sign(const Halide::Expr &value, bool u8) {
    return u8 ? value ^ Halide::cast<int8_t>(-128) : value;
}

} // namespace nibble
