// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/leaky_relu_s16.h"

#include <algorithm>

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

void leaky_relu_s16(const LeakyReluS16 &p, const int16_t *src, int16_t *dst) {
    std::transform(src, src + p.elements, dst, [&](int16_t value) {
        return to_quantised<int16_t>(scaled_leaky(p, value), 0, p.clamp_min, p.clamp_max);
    });
}

} // namespace nibble::reference
