// Reals to integers of a type, as reference::saturated.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

#include "runtime/reference/element.h"

namespace nibble {

/// `quotient` (f32) rounded half to even, NaN as 0, as s32: exact to 2^20, beyond which it is bounded.
inline Halide::Expr rounded_s32(const Halide::Expr &quotient) {
    using namespace Halide;
    const Expr number = strict_float(select(is_nan(quotient), 0.0f, quotient));
    const Expr bounded = strict_float(min(max(number, -0x1p20f), 0x1p20f));
    // From 2^23 on f32 has no fraction: the sum rounds as the processor does, and its low bits are the integer.
    constexpr float magic = 0x1.8p23f;
    const Expr sum = strict_float(bounded + magic);
    // Unsigned, for Halide bounds a difference of signed numbers by their types and finds that it could overflow.
    return cast<int32_t>(reinterpret<uint32_t>(sum) - Expr(reference::bits_of_float(magic)));
}

/// That, moved to the zero point (s32) and saturated, as s32.
inline Halide::Expr saturated(const Halide::Expr &quotient, const Halide::Expr &zero, const reference::Element &type) {
    return Halide::clamp(rounded_s32(quotient) + zero, static_cast<int32_t>(type.least()),
                         static_cast<int32_t>(type.most()));
}

} // namespace nibble
