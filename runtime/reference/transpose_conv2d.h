// Two-dimensional transposed convolution, s8 activations and s8 channel-wise weights.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/requantisation.h"

namespace nibble::reference {

/// Static parameters. Source pixel (y, x) adds to the window of outputs that starts at (y * stride_h - pad_top,
/// x * stride_w - pad_left); whatever of it lies outside the destination is dropped.
struct TransposeConv2d {
    int64_t n = 1;                      ///< batch
    int64_t h = 1, w = 1, ci = 1;       ///< source height, width, channels
    int64_t oh = 1, ow = 1, co = 1;     ///< destination height, width, channels
    int64_t kh = 1, kw = 1;             ///< window
    int64_t stride_h = 1, stride_w = 1; ///< destination pixels from one window to the next
    int64_t pad_top = 0, pad_left = 0;  ///< destination pixels that the first window starts before the destination
    int32_t src_zero = 0, dst_zero = 0; ///< zero points
    int32_t clamp_min = -128, clamp_max = 127; ///< of dst, quantised, inclusive
};

/// dst[n,y,x,o] = clamp(dst_zero + requantise(bia[o] + sum over the windows that cover (y, x) and ci of
/// (src - src_zero) * wei)). src [n,h,w,ci], wei [co,kh,kw,ci], bia and the factors [co], dst [n,oh,ow,co];
/// all dense. The sum must fit s32: ceil(kh / stride_h) * ceil(kw / stride_w) * ci * 255 * 128 + |bia| < 2^31.
void transpose_conv2d(const TransposeConv2d &, const int8_t *src, const int8_t *wei, const int32_t *bia,
                      const Requantisation &requantise, int8_t *dst);

} // namespace nibble::reference
