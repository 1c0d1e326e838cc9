// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/mul.h"

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

template <typename T>
void mul(const Mul &p, const T *src0, const T *src1, T *dst) {
    for_each_pair(p.extents, src0, src1, dst, [&p](T a, T b) {
        const int32_t product = (a - p.src0_zero) * (b - p.src1_zero);
        return to_quantised<T>(requantize_double(product, p.multiplier, p.shift), p.dst_zero, p.clamp_min, p.clamp_max);
    });
}

template void mul(const Mul &, const int8_t *, const int8_t *, int8_t *);
template void mul(const Mul &, const int16_t *, const int16_t *, int16_t *);

} // namespace nibble::reference
