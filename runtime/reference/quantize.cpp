// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/quantize.h"

#include <algorithm>
#include <cmath>

#include "runtime/reference/float_bits.h"
#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

void quantize(const Quantize &p, const float *src, int8_t *dst) {
    const float scale = float_from_bits(p.scale_bits);
    for (int64_t i = 0; i < p.elements; ++i) {
        const float quotient = src[i] / scale;
        // Beyond 256 every zero point saturates, and the conversion to an integer stays defined.
        const float bounded = std::isnan(quotient) ? 0.0f : std::clamp(quotient, -256.0f, 256.0f);
        dst[i] = to_s8(std::lround(bounded), p.dst_zero, -128, 127);
    }
}

} // namespace nibble::reference
