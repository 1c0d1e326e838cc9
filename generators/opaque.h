// Constants that Halide's simplifier does not see through.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

namespace nibble {

/// `value` as a load from constant data. Halide would fold a literal into what surrounds it: an added half and a shift
/// become a rounding shift of six instructions, a literal beside a saturation becomes part of its comparisons and loses
/// vpmovsdb, a doubled multiplier needs vpmullq. LLVM, which folds the load, leaves the form as it was written.
inline Halide::Expr opaque(int32_t value) {
    Halide::Buffer<int32_t> constant(1);
    constant(0) = value;
    return constant(Halide::Expr(0));
}

/// value >> by, arithmetic, which Halide does not turn into a division: comparing that with a constant, it multiplies
/// the constant by 2^by and refuses a product above s32.
inline Halide::Expr shift_right(const Halide::Expr &value, int by) {
    return value >> Halide::cast<uint32_t>(opaque(by));
}

} // namespace nibble
