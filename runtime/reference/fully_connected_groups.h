// Fully connected layer of f32 rows, quantised as it reads them, by weights with a scale for each group of inputs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct FullyConnectedGroups {
    int64_t m = 1, k = 1, n = 1;
    int64_t group = 1;   ///< inputs with a scale of their own; divides k
    int64_t k_split = 1; ///< parts of the sum over groups; divides their number
};

/// What quantize_row makes of a row.
struct QuantizedRow {
    float scale; ///< f32(largest |x| * f32(1 / 127)); 0 where the largest is less than 2^-120: all values are 0 then
};

/// A row of f32 as s8: q = round(x * f32(127 / largest |x|)), half to even; NaN counts as 0, an infinity as
/// the largest number of its sign. `q` has k elements.
QuantizedRow quantize_row(const float *x, int64_t k, int8_t *q);

/// dst[i,o] = f32(f32(sum * row_scale[i]) + bia[o]), where sum adds up, part by part, the sums of f32(dot * scale[o,g])
/// over a part's groups g, upwards from 0 in each; every product and sum is rounded to f32. dot is the exact s32 sum of
/// quantised row times wei over the group. src [m,k], wei [n,k], scale [n,k / group], bia [n], dst [m,n].
void fully_connected_groups(const FullyConnectedGroups &, const float *src, const int8_t *wei, const float *scale,
                            const float *bia, float *dst);

} // namespace nibble::reference
