// A box out of a tensor.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters. Dimension 0 is the outermost.
struct Slice {
    int64_t bits = 8;              ///< of an element
    int64_t src[4] = {1, 1, 1, 1}; ///< source's extents
    int64_t dst[4] = {1, 1, 1, 1}; ///< destination's extents
    int64_t begin[4] = {};         ///< where the box begins in the source
};

/// dst[i] = src[begin + i]; both are dense.
void slice(const Slice &, const void *src, void *dst);

} // namespace nibble::reference
