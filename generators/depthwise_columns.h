// Rows of a depthwise convolution's source as words of four rows: what lowering columns4_s8s8 multiplies.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Halide.h>

#include "generators/column_words.h"
#include "schedules/directives.h"

namespace nibble {

/// columns(first + px * block + k, cb, v, b) = rows v * step + j * dilation_h, j = 0 to 3, of channel cb * block + k of
/// padded pixel px, row 0 in the low byte. `src`(e) is element e of the source, s8: Funcs rows(e, y, b) = lines(row *
/// (b
/// * h + y) + e) = src of the same. Filled piece by piece, as staged rows are (generators/panels.h).
Halide::Func stage_columns(const Halide::Func &src, Algorithm &);

/// `first`: such that the source's words begin with a vector.
int first_column(const Attributes &kernel);

/// The first word of the taps of output row y, and how many of its rows stand before them.
Halide::Expr first_column_word(const Attributes &kernel, const Halide::Expr &y);
Halide::Expr rows_before_taps(const Attributes &kernel, const Halide::Expr &y);

} // namespace nibble
