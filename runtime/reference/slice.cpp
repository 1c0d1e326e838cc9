// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/slice.h"

#include "runtime/reference/move_elements.h"

namespace nibble::reference {

void slice(const Slice &p, const void *src, void *dst) {
    int64_t to = 0;
    for_each_position(p.dst, [&](int64_t(&position)[4]) {
        for (int d = 0; d < 4; ++d) {
            position[d] += p.begin[d];
        }
        move_element(p.bits, src, element_index(p.src, position), dst, to++);
    });
}

} // namespace nibble::reference
