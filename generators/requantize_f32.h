// Requantisation in f32 on Exprs. docs/numerics.md says when it equals the definition.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// F32Form of compiler/operators/support/f32_form.h, s32 to s32 and not clamped yet: `half` takes the accumulator's
/// sign where `half_has_sign`.
inline Halide::Expr requantize_f32(const Halide::Expr &acc, const Halide::Expr &scale, Halide::Expr half,
                                   const Halide::Expr &zero, bool half_has_sign) {
    using namespace Halide;
    if (half_has_sign) {
        // One vpternlogd.
        const Expr sign = reinterpret<uint32_t>(acc) & Expr(uint32_t{1} << 31);
        half = reinterpret<float>(reinterpret<uint32_t>(half) | sign);
    }
    // Fused where the target has fma: generators/measure.h checks the assembly where the proof needs it.
    return cast<int32_t>(cast<float>(acc) * scale + half) + zero;
}

} // namespace nibble
