// Blocks of pixels and the channels of one pixel: what space_to_depth and depth_to_space change into each other.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/move_elements.h"

namespace nibble::reference {

/// Static parameters: an image [n, h·block, w·block, c], and the same elements as [n, h, w, block·block·c].
struct BlockDepth {
    int64_t bits = 8; ///< of an element
    int64_t n = 1;    ///< batch
    int64_t h = 1, w = 1;
    int64_t c = 1;
    int64_t block = 1; ///< pixels of a block in each direction
};

/// Calls visit(in the image, in the blocks' depth), both element indices, for every element.
template <typename Visit>
void for_each_block_element(const BlockDepth &p, const Visit &visit) {
    const int64_t blocks[6] = {p.n, p.h, p.w, p.block, p.block, p.c};
    const int64_t image[4] = {p.n, p.h * p.block, p.w * p.block, p.c};
    for_each_position(blocks, [&](const int64_t(&i)[6]) {
        const int64_t pixel[4] = {i[0], i[1] * p.block + i[3], i[2] * p.block + i[4], i[5]};
        visit(element_index(image, pixel), element_index(blocks, i));
    });
}

} // namespace nibble::reference
