// Narrowing with saturation by vpackssdw and vpacksswb on 32-byte vectors, which work in each 16-byte half apart.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::x86 {

/// Bytes of the vectors that these work on: AVX2's. AVX-512 has vpmovsdb and vpmovswb, and Halide none of its packs.
constexpr int packed_bytes = 32;

/// One vpacksswb: 32 bytes from two vectors of s16. Each half of the result has the eight words of that half of `low`
/// and then those of `high`, as vpunpcklbw and vpunpckhbw had spread them.
Halide::Expr pack_words(const Halide::Expr &low, const Halide::Expr &high);

/// Conversions of 32 (64, ...) values that clamp_s8 (generators/requantize_q31.h) has saturated become three packs and
/// one permutation that puts the halves in order; LLVM packs eight at a time, or clamps and masks 32-bit lanes.
std::shared_ptr<Halide::Internal::IRMutator> pack_saturated();

} // namespace nibble::x86
