// The parameters of two-dimensional resizes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters. src [n,h,w,c], dst [n,oh,ow,c].
struct Resize2d {
    int64_t bits = 8;                ///< of an element
    int64_t n = 1;                   ///< batch
    int64_t h = 1, w = 1, c = 1;     ///< source height, width, channels
    int64_t oh = 1, ow = 1;          ///< destination height, width
    bool align_corners = false;      ///< the centres of the corner pixels of src and dst are the same
    bool half_pixel_centers = false; ///< pixel i's centre is at i + 1/2
};

} // namespace nibble::reference
