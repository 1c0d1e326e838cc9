// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/dequantize.h"

#include "runtime/reference/float_bits.h"

namespace nibble::reference {

void dequantize(const Dequantize &p, const int8_t *src, float *dst) {
    const float scale = float_from_bits(p.scale_bits);
    for (int64_t i = 0; i < p.elements; ++i) {
        dst[i] = scale * static_cast<float>(src[i] - p.src_zero);
    }
}

} // namespace nibble::reference
