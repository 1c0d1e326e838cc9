// Four products of bytes added to a lane, as one named call.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// Name of the call acc + sum over i of u8(window, byte i) * s8(taps, byte i), until a pass of the schedule
/// (schedules/expand_dot4.h) writes it in the target's instructions.
inline constexpr const char *dot4_u8s8_name = "nibble_dot4_u8s8";

/// acc: int32; window: uint32, four u8; taps: int32, four s8; byte 0 is the lowest. The sum wraps.
inline Halide::Expr dot4_u8s8(const Halide::Expr &acc, const Halide::Expr &window, const Halide::Expr &taps) {
    return Halide::Internal::Call::make(Halide::Int(32), dot4_u8s8_name, {acc, window, taps},
                                        Halide::Internal::Call::PureExtern);
}

} // namespace nibble
