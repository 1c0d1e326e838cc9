// Depthwise convolution, s8 activations and s8 channel-wise weights.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/requantisation.h"

namespace nibble::reference {

/// Static parameters: those of Conv2d, and each source channel has channel_multiplier filters of its own.
struct DepthwiseConv2d {
    int64_t n = 1;                             ///< batch
    int64_t h = 1, w = 1, ci = 1;              ///< source height, width, channels
    int64_t oh = 1, ow = 1, co = 1;            ///< destination height, width, channels; co = ci * channel_multiplier
    int64_t channel_multiplier = 1;            ///< destination channels of a source channel
    int64_t kh = 1, kw = 1;                    ///< window
    int64_t stride_h = 1, stride_w = 1;        ///< source pixels from one window to the next
    int64_t dilation_h = 1, dilation_w = 1;    ///< source pixels from one tap to the next
    int64_t pad_top = 0, pad_left = 0;         ///< source pixels that the first window starts before the source
    int32_t src_zero = 0, dst_zero = 0;        ///< zero points
    int32_t wei_zero = 0;                      ///< the weights'
    int32_t clamp_min = -128, clamp_max = 127; ///< of dst, quantised, inclusive
};

/// As conv2d, where destination channel o reads only source channel o / channel_multiplier.
/// src [n,h,w,ci], wei [1,kh,kw,co], bia and the factors [co], dst [n,oh,ow,co]; all dense. The sum must
/// fit s32: kh * kw * 255 * (128 + |wei_zero|) + |bia| < 2^31.
void depthwise_conv2d(const DepthwiseConv2d &, const int8_t *src, const int8_t *wei, const int32_t *bia,
                      const Requantisation &requantise, int8_t *dst);

} // namespace nibble::reference
