// Two-dimensional average pool, s8.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters. The window of output (y, x) starts at source (y * stride_h - pad_top, x * stride_w - pad_left)
/// and holds at least one source pixel.
struct AveragePool2d {
    int64_t n = 1;                             ///< batch
    int64_t h = 1, w = 1, c = 1;               ///< source height, width, channels
    int64_t oh = 1, ow = 1;                    ///< destination height, width
    int64_t kh = 1, kw = 1;                    ///< window
    int64_t stride_h = 1, stride_w = 1;        ///< source pixels from one window to the next
    int64_t pad_top = 0, pad_left = 0;         ///< source pixels that the first window starts before the source
    int32_t clamp_min = -128, clamp_max = 127; ///< of dst, quantised, inclusive
    bool u8 = false;                           ///< src and dst are the s8 view of u8
};

/// dst = clamp(sum / count), rounded half away from zero (of the u8 values, which is half up, where they are u8), over
/// the window's pixels inside the source: padding does not count. src [n,h,w,c] and dst [n,oh,ow,c] are dense and
/// quantised alike.
void average_pool2d(const AveragePool2d &, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
