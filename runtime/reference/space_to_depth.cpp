// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/space_to_depth.h"

namespace nibble::reference {

void space_to_depth(const BlockDepth &p, const void *src, void *dst) {
    for_each_block_element(p, [&](int64_t image, int64_t depth) { move_element(p.bits, src, image, dst, depth); });
}

} // namespace nibble::reference
