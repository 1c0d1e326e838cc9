// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/mul.h"

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

void mul(const Mul &p, const int8_t *src0, const int8_t *src1, int8_t *dst) {
    for_each_pair(p.extents, src0, src1, dst, [&p](int8_t a, int8_t b) {
        const int32_t product = (a - p.src0_zero) * (b - p.src1_zero);
        return to_s8(requantize_double(product, p.multiplier, p.shift), p.dst_zero, p.clamp_min, p.clamp_max);
    });
}

} // namespace nibble::reference
