// Products of four bytes added to a lane, as named calls.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <Halide.h>

namespace nibble {

/// Name of the call acc + sum over t, i of u8(window, byte i) * s8(taps[t], byte i), until a pass of the schedule
/// (schedules/expand_dot4.h) writes it in the target's instructions. All taps of a window stand in one call: a window
/// that several calls read would be taken apart into shared loads, which no pass knows for a window.
inline constexpr const char *dot4_u8s8_name = "nibble_dot4_u8s8";
/// The same of s8(window, byte i).
inline constexpr const char *dot4_s8s8_name = "nibble_dot4_s8s8";

inline Halide::Expr dot4(const char *name, const Halide::Expr &acc, const Halide::Expr &window,
                         const std::vector<Halide::Expr> &taps) {
    std::vector<Halide::Expr> arguments = {acc, window};
    arguments.insert(arguments.end(), taps.begin(), taps.end());
    return Halide::Internal::Call::make(Halide::Int(32), name, arguments, Halide::Internal::Call::PureExtern);
}

/// acc: int32; window: uint32, four u8; taps: at least one int32, four s8; byte 0 is the lowest. The sum wraps.
inline Halide::Expr dot4_u8s8(const Halide::Expr &acc, const Halide::Expr &window,
                              const std::vector<Halide::Expr> &taps) {
    return dot4(dot4_u8s8_name, acc, window, taps);
}

/// The same with a window of four s8.
inline Halide::Expr dot4_s8s8(const Halide::Expr &acc, const Halide::Expr &window,
                              const std::vector<Halide::Expr> &taps) {
    return dot4(dot4_s8s8_name, acc, window, taps);
}

} // namespace nibble
