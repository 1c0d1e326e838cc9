// Two-dimensional maximum pool, s8 or s16.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/pool2d.h"

namespace nibble::reference {

/// dst = clamp(max) over the window's pixels inside the source. src [n,h,w,c] and dst [n,oh,ow,c] are dense and
/// quantised alike, of int8_t or int16_t.
template <typename T>
void max_pool2d(const Pool2d &, const T *src, T *dst);

extern template void max_pool2d(const Pool2d &, const int8_t *, int8_t *);
extern template void max_pool2d(const Pool2d &, const int16_t *, int16_t *);

} // namespace nibble::reference
