// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/maximum.h"

#include <algorithm>

namespace nibble::reference {

template <typename T>
void maximum(const Broadcast &extents, const T *src0, const T *src1, T *dst) {
    for_each_pair(extents, src0, src1, dst, [](T a, T b) { return std::max(a, b); });
}

template void maximum(const Broadcast &, const int8_t *, const int8_t *, int8_t *);
template void maximum(const Broadcast &, const int16_t *, const int16_t *, int16_t *);

} // namespace nibble::reference
