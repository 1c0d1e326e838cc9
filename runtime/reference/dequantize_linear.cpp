// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/dequantize_linear.h"

namespace nibble::reference {

void dequantize_linear(const DequantizeLinear &p, const void *src, const float *scale, const void *zero, float *dst) {
    for (int64_t i = 0; i < p.places.elements(); ++i) {
        const int64_t at = p.places.of(i);
        const auto centred = static_cast<int32_t>(integer_at(p.src, src, i) - integer_at(p.src, zero, at));
        dst[i] = static_cast<float>(centred) * scale[at];
    }
}

} // namespace nibble::reference
