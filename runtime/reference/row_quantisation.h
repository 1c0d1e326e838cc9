// How f32 rows become s8 at run time: a scale for each row, from the row itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// The scale of a row of `k` values: f32(peak / 127), where peak is the largest magnitude. NaN counts as 0, an infinity
/// as the largest finite f32. A row of zeros has scale 0, and so may one of denormals.
float row_scale(const float *src, int64_t k);

/// Each value divided by the row's scale in f32, rounded to nearest, ties to even, and limited to [-127, 127]; 0 for
/// NaN, and for all values where the scale is 0.
void quantise_row(const float *src, int64_t k, float scale, int8_t *dst);

} // namespace nibble::reference
