// f32 as the bits of f16, as every target computes it (runtime/reference/half.h).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// The f16 nearest to `value`, a number, as u16.
inline Halide::Expr half_bits(const Halide::Expr &value) {
    using namespace Halide;
    const Expr bits = reinterpret<uint32_t>(value);
    const Expr sign = (bits >> 16) & cast<uint32_t>(0x8000), magnitude = bits & cast<uint32_t>(0x7fffffff);
    const Expr sum = strict_float(reinterpret<float>(magnitude) + 0.5f);
    const Expr small = reinterpret<uint32_t>(sum) - cast<uint32_t>(0x3f000000);
    const Expr odd = (magnitude >> 13) & cast<uint32_t>(1);
    const Expr normal = (magnitude - cast<uint32_t>(0x38000000 - 0xfff) + odd) >> 13;
    const Expr half = select(magnitude >= cast<uint32_t>(0x477ff000), cast<uint32_t>(0x7c00),
                             magnitude < cast<uint32_t>(0x38800000), small, normal);
    return cast<uint16_t>(sign | half);
}

} // namespace nibble
