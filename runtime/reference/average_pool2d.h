// Two-dimensional average pool, s8 or s16.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/pool2d.h"

namespace nibble::reference {

/// Static parameters.
struct AveragePool2d : Pool2d {
    bool u8 = false; ///< src and dst are the s8 view of u8
};

/// dst = clamp(sum / count), rounded half away from zero (of the u8 values, which is half up, where they are u8), over
/// the window's pixels inside the source: padding does not count. src [n,h,w,c] and dst [n,oh,ow,c] are dense and
/// quantised alike, of int8_t or int16_t; a window's sum fits s32.
template <typename T>
void average_pool2d(const AveragePool2d &, const T *src, T *dst);

extern template void average_pool2d(const AveragePool2d &, const int8_t *, int8_t *);
extern template void average_pool2d(const AveragePool2d &, const int16_t *, int16_t *);

} // namespace nibble::reference
