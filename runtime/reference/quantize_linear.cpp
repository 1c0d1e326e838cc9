// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/quantize_linear.h"

namespace nibble::reference {

void quantize_linear(const QuantizeLinear &p, const float *src, const float *scale, const void *zero, void *dst) {
    for (int64_t i = 0; i < p.places.elements(); ++i) {
        const int64_t at = p.places.of(i);
        store_integer(p.dst, dst, i, saturated(src[i] / scale[at], integer_at(p.dst, zero, at), p.dst));
    }
}

} // namespace nibble::reference
