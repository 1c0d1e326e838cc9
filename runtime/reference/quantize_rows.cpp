// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/quantize_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/reference/row_quantisation.h"

namespace nibble::reference {

namespace {

float number(float value) {
    constexpr float most = std::numeric_limits<float>::max();
    return std::isnan(value) ? 0.0f : std::clamp(value, -most, most);
}

} // namespace

float quantise_row(const float *src, int64_t k, int8_t *dst) {
    constexpr float least_peak = 0x1p-120f, levels = 127;
    float peak = 0;
    for (int64_t i = 0; i < k; ++i) {
        peak = std::max(peak, std::fabs(number(src[i])));
    }
    const bool counts = peak >= least_peak;
    const float inverse = counts ? levels / peak : 0;
    for (int64_t i = 0; i < k; ++i) {
        dst[i] = static_cast<int8_t>(std::nearbyint(number(src[i]) * inverse));
    }
    return counts ? peak * (1 / levels) : 0;
}

void quantize_rows(const QuantizeRows &p, const float *src, int8_t *dst, float *scale) {
    for (int64_t i = 0; i < p.m; ++i) {
        scale[i] = quantise_row(src + i * p.k, p.k, dst + i * p.k);
    }
}

} // namespace nibble::reference
