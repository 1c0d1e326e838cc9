// Two-dimensional convolution of s16 activations by s8 channel-wise weights: the meaning of conv2d, depthwise_conv2d,
// fully_connected and transpose_conv2d where activations are s16.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters. The source is spread out first: pixel (y, x) comes to (y * up_h, x * up_w) of a raster of zeros.
/// The window of output (y, x) starts at place (y * stride_h - pad_top, x * stride_w - pad_left) of that raster;
/// whatever of it lies outside contributes nothing. All zero points are 0.
struct Conv2dS16 {
    int64_t n = 1;                                 ///< batch
    int64_t h = 1, w = 1, ci = 1;                  ///< source height, width, channels
    int64_t oh = 1, ow = 1, co = 1;                ///< destination height, width, channels
    int64_t kh = 1, kw = 1;                        ///< window
    int64_t groups = 1;                            ///< of ci / groups source and co / groups destination channels each
    int64_t stride_h = 1, stride_w = 1;            ///< places from one window to the next
    int64_t dilation_h = 1, dilation_w = 1;        ///< places from one tap to the next
    int64_t up_h = 1, up_w = 1;                    ///< places from one source pixel to the next
    int64_t pad_top = 0, pad_left = 0;             ///< places that the first window starts before the source
    int32_t clamp_min = -32768, clamp_max = 32767; ///< of dst, quantised, inclusive
};

/// dst[n,y,x,o] = clamp(rq(bia[o] + sum over taps and the source channels of o's group of src * wei)). src [n,h,w,ci],
/// wei [co,kh,kw,ci / groups], bia and the factors [co], dst [n,oh,ow,co]; all dense. A bias of int64_t has the sum in
/// 64 bits and rq requantize_reduced16; one of int32_t has it in 32, wrapping, and rq requantize_double.
template <typename Bia>
void conv2d_s16(const Conv2dS16 &, const int16_t *src, const int8_t *wei, const Bia *bia, const int32_t *multiplier,
                const int32_t *shift, int16_t *dst);

extern template void conv2d_s16(const Conv2dS16 &, const int16_t *, const int8_t *, const int32_t *, const int32_t *,
                                const int32_t *, int16_t *);
extern template void conv2d_s16(const Conv2dS16 &, const int16_t *, const int8_t *, const int64_t *, const int32_t *,
                                const int32_t *, int16_t *);

} // namespace nibble::reference
