// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/sub.h"

namespace nibble::reference {

template <typename T>
void sub(const ScaledPair &p, const T *src0, const T *src1, T *dst) {
    for_each_pair(p.extents, src0, src1, dst,
                  [&p](T a, T b) { return scaled_dst<T>(p, scaled_src0(p, a) - scaled_src1(p, b)); });
}

template void sub(const ScaledPair &, const int8_t *, const int8_t *, int8_t *);
template void sub(const ScaledPair &, const int16_t *, const int16_t *, int16_t *);

} // namespace nibble::reference
