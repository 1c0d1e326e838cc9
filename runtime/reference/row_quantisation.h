// How f32 rows become s8 at run time: a scale for each row, from the row itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Of a row of `k` values, where NaN counts as 0, an infinity as the largest finite f32 of its sign, and peak is the
/// largest magnitude: dst = nearest(src * f32(127 / peak)), ties to even. Returns the row's scale, f32(peak * f32(1 /
/// 127)). Where peak is below 2^-120 all of these are 0.
float quantise_row(const float *src, int64_t k, int8_t *dst);

} // namespace nibble::reference
