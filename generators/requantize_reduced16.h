// `reduced16` rounding: accumulators of 64 bits by multipliers of 16.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// acc (int64) * mul * 2^-shr, half up, of which int32 is kept; mul is runtime/reference's reduced16_multiplier, shr in
/// [8, 46].
inline Halide::Expr requantize_reduced16(const Halide::Expr &acc, const Halide::Expr &mul, const Halide::Expr &shr) {
    using Halide::cast;
    using Halide::Expr;
    const Expr half = cast<int64_t>(1) << cast<uint64_t>(shr - 1);
    return cast<int32_t>((acc * cast<int64_t>(mul) + half) >> cast<uint64_t>(shr));
}

} // namespace nibble
