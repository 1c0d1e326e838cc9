// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/transpose.h"

#include "runtime/reference/move_elements.h"

namespace nibble::reference {

void transpose(const Transpose &p, const void *src, void *dst) {
    int64_t extent[6], to = 0;
    for (int d = 0; d < 6; ++d) {
        extent[d] = p.src[p.permutation[d]];
    }
    for_each_position(extent, [&](const int64_t(&position)[6]) {
        int64_t from[6];
        for (int d = 0; d < 6; ++d) {
            from[p.permutation[d]] = position[d];
        }
        move_element(p.bits, src, element_index(p.src, from), dst, to++);
    });
}

} // namespace nibble::reference
