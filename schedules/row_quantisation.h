// Quantising rows where a schedule wants them (generators/row_quantisation.h).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble {

/// Lanes of the vectors that rows are read and written in.
struct RowLanes {
    int f32; ///< 1: floats are computed one by one
    int s32;
};

/// Computes "peak" for the rows of `level`.
void find_row_peaks(Algorithm &, const Halide::LoopLevel &level, const RowLanes &);

/// Scales and quantises the f32 rows of "staged" for the rows of `block`, in vectors of four times the lanes of f32,
/// for they become bytes.
void quantise_rows_at(Algorithm &, const Halide::LoopLevel &block, const RowLanes &);

/// Vectorises values along the first dimension of `func`, or domain "row" where that fills it.
void vectorize_rows(Halide::Func func, Algorithm &, int lanes, int extent);

} // namespace nibble
