// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/minimum.h"

#include <algorithm>

namespace nibble::reference {

void minimum(const Broadcast &extents, const int8_t *src0, const int8_t *src1, int8_t *dst) {
    for_each_pair(extents, src0, src1, dst, [](int8_t a, int8_t b) { return std::min(a, b); });
}

} // namespace nibble::reference
