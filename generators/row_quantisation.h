// Rows of f32 as s8, each with a scale of its own (runtime/reference/row_quantisation.h).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

#include "schedules/directives.h"

namespace nibble {

struct QuantisedRows {
    Halide::Func values; ///< k, row: s8, zeros from `k` on
    Halide::Func scale;  ///< row: f32
};

/// Rows of `k` values of `src` (k, row), to be read up to `whole_k`. Funcs: "peak_lanes" (lane, row) has the largest
/// magnitudes at each lane of `peak_lanes(k)`, as bits of f32, over domain "peak_steps"; "peak" (row) the largest of
/// these over "peak_lane"; "row_scale" (row); "inverse" (row), what values are multiplied by; "staged" (k, row) the
/// values. Where whole_k > k, these are filled in over domain "row" after zeros. `scale` is the Func to define.
QuantisedRows quantise_rows(const Halide::Func &src, int k, int whole_k, Halide::Func scale, Algorithm &);

/// Bits of an f32 magnitude that stands for the value's: 0 for NaN, the largest finite one's for infinities.
Halide::Expr magnitude_bits(const Halide::Expr &value);

/// `value`, of at most 2^22 in size, rounded to the nearest integer, ties to even: in [1.5 * 2^23 - 2^22, 1.5 * 2^23 +
/// 2^22] f32 has the integers alone, and their bits count up with them. In place of generators/nearest.h where a target
/// may have no instruction for that, which LLVM would call a function of the C library for.
Halide::Expr nearest_integer(const Halide::Expr &value);

} // namespace nibble
