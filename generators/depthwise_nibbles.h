// Depthwise weights of 4 bits as the lowerings of 8 bits have them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// A word of four s8 taps: the nibbles `half` (0: low) of the four bytes of uint32 `bytes`, each less the byte of
/// `zeros` (uint32) at its place, which is at most 16. A set top bit keeps each byte's difference from borrowing.
inline Halide::Expr unpack_word(const Halide::Expr &bytes, const Halide::Expr &half, const Halide::Expr &zeros) {
    const Halide::Expr top = Halide::Internal::make_const(Halide::UInt(32), 0x80808080);
    const Halide::Expr nibbles =
        (bytes >> Halide::cast<uint32_t>(4 * half)) & Halide::Internal::make_const(Halide::UInt(32), 0x0F0F0F0F);
    return Halide::reinterpret<int32_t>(((nibbles | top) - zeros) ^ top);
}

/// A tap as s16: nibble `half` of uint8 `byte` less `zero` (int16).
inline Halide::Expr unpack_tap(const Halide::Expr &byte, const Halide::Expr &half, const Halide::Expr &zero) {
    const Halide::Expr nibble = (byte >> Halide::cast<uint8_t>(4 * half)) & Halide::cast<uint8_t>(0x0F);
    return Halide::cast<int16_t>(nibble) - zero;
}

} // namespace nibble
