// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/pad.h"

#include "runtime/reference/move_elements.h"

namespace nibble::reference {

void pad(const Pad &p, const void *src, void *dst) {
    int64_t to = 0;
    for_each_position(p.dst, [&](int64_t(&position)[4]) {
        bool inside = true;
        for (int d = 0; d < 4; ++d) {
            position[d] -= p.before[d];
            inside = inside && position[d] >= 0 && position[d] < p.src[d];
        }
        if (inside) {
            move_element(p.bits, src, element_index(p.src, position), dst, to++);
        } else {
            move_element(p.bits, &p.value, 0, dst, to++); // the value's low bytes come first
        }
    });
}

} // namespace nibble::reference
