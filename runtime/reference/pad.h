// A tensor with a margin of one value.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters. Dimension 0 is the outermost.
struct Pad {
    int64_t bits = 8;              ///< of an element, at most 32
    int64_t src[4] = {1, 1, 1, 1}; ///< source's extents
    int64_t dst[4] = {1, 1, 1, 1}; ///< destination's extents
    int64_t before[4] = {};        ///< elements of the margin before the source
    int32_t value = 0;             ///< of the margin
};

/// dst[before + i] = src[i], and `value` elsewhere; both are dense.
void pad(const Pad &, const void *src, void *dst);

} // namespace nibble::reference
