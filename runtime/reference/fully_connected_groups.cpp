// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/fully_connected_groups.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace nibble::reference {

namespace {

/// What the compiler would otherwise be free to fuse.
float product(float a, float b) {
    volatile float result = a * b;
    return result;
}

/// A number: 0 for NaN, the largest of its sign for an infinity.
float number(float x) {
    constexpr float most = std::numeric_limits<float>::max();
    return std::isnan(x) ? 0.0f : std::clamp(x, -most, most);
}

int32_t dot(const int8_t *row, const int8_t *wei, int64_t count) {
    int32_t sum = 0;
    for (int64_t i = 0; i < count; ++i) {
        sum += row[i] * wei[i];
    }
    return sum;
}

} // namespace

QuantizedRow quantize_row(const float *x, int64_t k, int8_t *q) {
    constexpr float least = 0x1p-120f; // 127 / least is finite
    float largest = 0;
    for (int64_t i = 0; i < k; ++i) {
        largest = std::max(largest, std::abs(number(x[i])));
    }
    if (largest < least) {
        std::fill(q, q + k, int8_t{0});
        return {0};
    }
    const float inverse = 127 / largest;
    for (int64_t i = 0; i < k; ++i) {
        q[i] = static_cast<int8_t>(std::nearbyint(number(x[i]) * inverse));
    }
    return {largest * (1.0f / 127)};
}

void fully_connected_groups(const FullyConnectedGroups &p, const float *src, const int8_t *wei, const float *scale,
                            const float *bia, float *dst) {
    std::vector<int8_t> row(static_cast<size_t>(p.k));
    const int64_t groups = p.k / p.group, part_groups = groups / p.k_split;
    for (int64_t i = 0; i < p.m; ++i) {
        const float row_scale = quantize_row(src + i * p.k, p.k, row.data()).scale;
        for (int64_t o = 0; o < p.n; ++o) {
            float total = 0;
            for (int64_t part = 0; part < p.k_split; ++part) {
                float sum = 0;
                for (int64_t g = part * part_groups; g < (part + 1) * part_groups; ++g) {
                    const int32_t exact = dot(row.data() + g * p.group, wei + o * p.k + g * p.group, p.group);
                    sum += product(static_cast<float>(exact), scale[o * groups + g]);
                }
                total = part == 0 ? sum : total + sum;
            }
            dst[i * p.n + o] = product(total, row_scale) + bia[o];
        }
    }
}

} // namespace nibble::reference
