// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/relu.h"

#include <algorithm>

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

void relu(const Relu &p, const int8_t *src, int8_t *dst) {
    std::transform(src, src + p.elements, dst, [&](int8_t value) {
        const int32_t scaled = requantize_double(value - p.src_zero, p.multiplier, p.shift);
        return to_s8(scaled, p.dst_zero, p.clamp_min, p.clamp_max);
    });
}

} // namespace nibble::reference
