// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/leaky_relu.h"

#include <algorithm>

namespace nibble::reference {

void leaky_relu(const LeakyRelu &p, const int8_t *src, int8_t *dst) {
    std::transform(src, src + p.elements, dst,
                   [&](int8_t value) { return to_s8(scaled_leaky(p, value - p.src_zero), p.dst_zero, -128, 127); });
}

} // namespace nibble::reference
