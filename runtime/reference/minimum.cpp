// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/minimum.h"

#include <algorithm>

namespace nibble::reference {

template <typename T>
void minimum(const Broadcast &extents, const T *src0, const T *src1, T *dst) {
    for_each_pair(extents, src0, src1, dst, [](T a, T b) { return std::min(a, b); });
}

template void minimum(const Broadcast &, const int8_t *, const int8_t *, int8_t *);
template void minimum(const Broadcast &, const int16_t *, const int16_t *, int16_t *);

} // namespace nibble::reference
