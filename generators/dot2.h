// Products of pairs of s16 added to a lane, and such pairs made of bytes, as named calls.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// Names of the calls below, until a pass of the schedule (schedules/expand_dot2.h) writes them in plain operations.
inline constexpr const char *dot2_s16s16_name = "nibble_dot2_s16s16", *widened_pair_name = "nibble_widened_pair";

/// acc + sum over i of s16(window, half i) * s16(taps, half i), all int32; half 0 is the lower. The sum wraps.
inline Halide::Expr dot2_s16s16(const Halide::Expr &acc, const Halide::Expr &window, const Halide::Expr &taps) {
    using Halide::Internal::Call;
    return Call::make(Halide::Int(32), dot2_s16s16_name, {acc, window, taps}, Call::PureExtern);
}

/// Two int8 as the s16 halves of an int32, `low` in the lower one.
inline Halide::Expr widened_pair(const Halide::Expr &low, const Halide::Expr &high) {
    using Halide::Internal::Call;
    return Call::make(Halide::Int(32), widened_pair_name, {low, high}, Call::PureExtern);
}

} // namespace nibble
