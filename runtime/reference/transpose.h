// A permutation of dimensions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters. Dimension 0 is the outermost.
struct Transpose {
    int64_t bits = 8;                            ///< of an element
    int64_t src[6] = {1, 1, 1, 1, 1, 1};         ///< source's extents
    int64_t permutation[6] = {0, 1, 2, 3, 4, 5}; ///< dimension d of the destination is the source's permutation[d]
};

/// dst[i] = src[j] where j[permutation[d]] = i[d]; both are dense.
void transpose(const Transpose &, const void *src, void *dst);

} // namespace nibble::reference
