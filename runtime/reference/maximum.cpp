// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/maximum.h"

#include <algorithm>

namespace nibble::reference {

void maximum(const Broadcast &extents, const int8_t *src0, const int8_t *src1, int8_t *dst) {
    for_each_pair(extents, src0, src1, dst, [](int8_t a, int8_t b) { return std::max(a, b); });
}

} // namespace nibble::reference
