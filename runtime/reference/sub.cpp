// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/sub.h"

namespace nibble::reference {

void sub(const ScaledPair &p, const int8_t *src0, const int8_t *src1, int8_t *dst) {
    for_each_pair(p.extents, src0, src1, dst,
                  [&p](int8_t a, int8_t b) { return scaled_dst(p, scaled_src0(p, a) - scaled_src1(p, b)); });
}

} // namespace nibble::reference
