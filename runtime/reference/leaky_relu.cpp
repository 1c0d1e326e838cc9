// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/leaky_relu.h"

#include <algorithm>

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

void leaky_relu(const LeakyRelu &p, const int8_t *src, int8_t *dst) {
    std::transform(src, src + p.elements, dst, [&](int8_t value) {
        const int32_t x = value - p.src_zero;
        const int32_t scaled = x < 0 ? requantize_double(x, p.negative_multiplier, p.negative_shift)
                                     : requantize_double(x, p.multiplier, p.shift);
        return to_s8(scaled, p.dst_zero, -128, 127);
    });
}

} // namespace nibble::reference
