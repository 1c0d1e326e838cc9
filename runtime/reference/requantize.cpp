// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/requantize.h"

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

void requantize(const Requantize &p, const int8_t *src, int8_t *dst) {
    for (int64_t i = 0; i < p.elements; ++i) {
        dst[i] = to_s8(requantize_double(src[i] - p.src_zero, p.multiplier, p.shift), p.dst_zero, -128, 127);
    }
}

} // namespace nibble::reference
