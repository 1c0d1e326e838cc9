// Two-dimensional maximum pool, s8.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/pool2d.h"

namespace nibble::reference {

/// dst = clamp(max) over the window's pixels inside the source. src [n,h,w,c] and dst [n,oh,ow,c] are dense and
/// quantised alike.
void max_pool2d(const Pool2d &, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
