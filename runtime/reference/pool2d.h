// The windows of two-dimensional pools.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace nibble::reference {

/// Static parameters. The window of output (y, x) starts at source (y * stride_h - pad_top, x * stride_w - pad_left)
/// and holds at least one source pixel.
struct Pool2d {
    int64_t n = 1;                             ///< batch
    int64_t h = 1, w = 1, c = 1;               ///< source height, width, channels
    int64_t oh = 1, ow = 1;                    ///< destination height, width
    int64_t kh = 1, kw = 1;                    ///< window
    int64_t stride_h = 1, stride_w = 1;        ///< source pixels from one window to the next
    int64_t pad_top = 0, pad_left = 0;         ///< source pixels that the first window starts before the source
    int32_t clamp_min = -128, clamp_max = 127; ///< of dst, quantised, inclusive
};

/// The pixels of one window that lie inside the source.
struct PoolWindow {
    int64_t top, bottom, left, right; ///< inclusive, exclusive
};

inline PoolWindow pool_window(const Pool2d &p, int64_t oy, int64_t ox) {
    const int64_t top = oy * p.stride_h - p.pad_top;
    const int64_t left = ox * p.stride_w - p.pad_left;
    return {std::max<int64_t>(top, 0), std::min(top + p.kh, p.h), std::max<int64_t>(left, 0),
            std::min(left + p.kw, p.w)};
}

/// dst [n,oh,ow,c] = clamp(of_window(values, window)) of dense src [n,h,w,c]: `values(y, x)` is the window's channel of
/// a source pixel.
template <typename T, typename OfWindow>
void pool2d(const Pool2d &p, const T *src, T *dst, const OfWindow &of_window) {
    for (int64_t b = 0; b < p.n; ++b) {
        const T *image = src + b * p.h * p.w * p.c;
        for (int64_t oy = 0; oy < p.oh; ++oy) {
            for (int64_t ox = 0; ox < p.ow; ++ox) {
                for (int64_t c = 0; c < p.c; ++c) {
                    const auto values = [&](int64_t y, int64_t x) { return image[(y * p.w + x) * p.c + c]; };
                    const int32_t value = of_window(values, pool_window(p, oy, ox));
                    *dst++ = static_cast<T>(std::clamp(value, p.clamp_min, p.clamp_max));
                }
            }
        }
    }
}

} // namespace nibble::reference
