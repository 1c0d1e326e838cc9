// Finds saturations to s8 in lowered code. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble {

/// The s32 value that clamp_s8 (generators/requantize_q31.h) saturates to s8 where a cast to s8 has `value` as its
/// operand, or an undefined Expr where `value` is something else.
Halide::Expr saturated_to_s8(const Halide::Expr &value);

/// Saturations of vectors become two halvings of the width that saturate, which are instructions of their own on ARM.
std::shared_ptr<Halide::Internal::IRMutator> narrow_saturated();

} // namespace nibble
