// Fully connected layer whose weights have a scale for each group of inputs, or whose activations are quantised by row.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct FullyConnectedGroups {
    int64_t m = 1;              ///< rows of src and dst
    int64_t k = 1;              ///< columns of src: the reduction
    int64_t n = 1;              ///< columns of dst
    int64_t groups = 1;         ///< of k / groups inputs each
    int64_t k_split = 1;        ///< ranges of groups whose sums are added at the end; divides groups
    bool src_is_f32 = true;     ///< quantised by row; else s8
    float src_scale = 1;        ///< of s8
    int32_t src_zero = 0;       ///< of s8
    int64_t dst_bits = 32;      ///< 32: f32, 16: f16, 8: s8
    float dst_scale = 1;        ///< of s8
    int32_t dst_zero = 0;       ///< of s8
    float clamp_min, clamp_max; ///< of the real result; infinite where there are none
};

/// What the groups' sums are multiplied by: `scale` [n,groups]; or, where there is a `multiplier` [n,groups], that in
/// integers, and the sum over all groups by `scale` [n].
struct GroupFactors {
    const float *scale;
    const int8_t *multiplier;
};

/// With x[i] and r[i] of quantise_row(src[i]) (row_quantisation.h), or x = src - src_zero and r =
/// src_scale; and dot[i,o,g] = sum over the k of group g of x[i,k] * wei[o,k], in s32:
///     sum[i,o]  = for each of k_split ranges, +0 and then the products f32(dot[i,o,g]) * scale[o,g] added, g
///     ascending;
///                 the ranges' sums added, in ascending order
///     sum[i,o]  = f32(sum over g of dot[i,o,g] * multiplier[o,g]) * scale[o]      where there is a multiplier
///     real[i,o] = clamp(sum[i,o] * r[i] + bia[o], clamp_min, clamp_max)
/// Every product, sum and conversion is rounded to f32 by itself. dst is `real`; that as f16; or saturate(dst_zero +
/// nearest(real * f32(1 / dst_scale))), ties to even.
///
/// src [m,k], wei [n,k] and bia [n] are dense, wei - zero point in [-128, 127]; k * 255 * 128 * 16 < 2^31 where there
/// is a multiplier, k * 255 * 128 < 2^31 else.
void fully_connected_groups(const FullyConnectedGroups &, const void *src, const int8_t *wei, const GroupFactors &,
                            const float *bia, void *dst);

} // namespace nibble::reference
