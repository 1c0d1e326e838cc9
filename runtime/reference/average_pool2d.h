// Two-dimensional average pool, s8.
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
/// quantised alike.
void average_pool2d(const AveragePool2d &, const int8_t *src, int8_t *dst);

} // namespace nibble::reference
