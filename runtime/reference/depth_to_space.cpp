// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/depth_to_space.h"

namespace nibble::reference {

void depth_to_space(const BlockDepth &p, const void *src, void *dst) {
    for_each_block_element(p, [&](int64_t image, int64_t depth) { move_element(p.bits, src, depth, dst, image); });
}

} // namespace nibble::reference
