// 2-D convolution of integers as they are: the accumulators come out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/element.h"

namespace nibble::reference {

/// Static parameters.
struct ConvInteger {
    int64_t n = 1, h = 1, w = 1, ci = 1; ///< source
    int64_t oh = 1, ow = 1, co = 1;      ///< destination
    int64_t kh = 1, kw = 1;              ///< taps
    int64_t groups = 1;                  ///< out channels of group g read source channels of group g
    int64_t stride_h = 1, stride_w = 1;
    int64_t dilation_h = 1, dilation_w = 1;
    int64_t pad_top = 0, pad_left = 0;
    bool wei_zeros = false;             ///< wei_zero has an element for each out channel, else one
    Element src, wei;                   ///< of 8 or 16 bits, and of the zero points
    Element dst = {signed_element, 32}; ///< or s64
};

/// dst [n][oh][ow][co] = bia + sum over taps and channels of (src - src_zero) * (wei - wei_zero), modulo 2^bits of dst;
/// taps outside of the source count as nothing. src [n][h][w][ci] and wei [kh][kw][ci / groups][co] are dense. ONNX's
/// ConvInteger, its weights transposed.
void conv_integer(const ConvInteger &, const void *src, const void *wei, const void *src_zero, const void *wei_zero,
                  const int32_t *bia, void *dst);

} // namespace nibble::reference
