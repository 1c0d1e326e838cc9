// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/quantize_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/reference/row_quantisation.h"

namespace nibble::reference {

float row_scale(const float *src, int64_t k) {
    float peak = 0;
    for (int64_t i = 0; i < k; ++i) {
        const float magnitude = std::isnan(src[i]) ? 0.0f : std::fabs(src[i]);
        peak = std::max(peak, std::min(magnitude, std::numeric_limits<float>::max()));
    }
    return peak / 127.0f;
}

void quantise_row(const float *src, int64_t k, float scale, int8_t *dst) {
    for (int64_t i = 0; i < k; ++i) {
        const float quotient = std::isnan(src[i]) || scale == 0 ? 0.0f : src[i] / scale;
        dst[i] = static_cast<int8_t>(std::nearbyint(std::clamp(quotient, -127.0f, 127.0f)));
    }
}

void quantize_rows(const QuantizeRows &p, const float *src, int8_t *dst, float *scale) {
    for (int64_t i = 0; i < p.m; ++i) {
        scale[i] = row_scale(src + i * p.k, p.k);
        quantise_row(src + i * p.k, p.k, scale[i], dst + i * p.k);
    }
}

} // namespace nibble::reference
