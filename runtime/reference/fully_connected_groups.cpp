// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/fully_connected_groups.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/reference/half.h"
#include "runtime/reference/requantize_math.h"
#include "runtime/reference/row_quantisation.h"

namespace nibble::reference {
namespace {

/// A row as the layer multiplies it, and its scale.
float take_row(const FullyConnectedGroups &p, const void *src, int64_t row, std::vector<int32_t> &x) {
    std::vector<int8_t> bytes(static_cast<size_t>(p.k));
    float scale = p.src_scale;
    int32_t zero = p.src_zero;
    if (p.src_is_f32) {
        const float *values = static_cast<const float *>(src) + row * p.k;
        scale = quantise_row(values, p.k, bytes.data());
        zero = 0;
    } else {
        std::copy_n(static_cast<const int8_t *>(src) + row * p.k, p.k, bytes.begin());
    }
    std::transform(bytes.begin(), bytes.end(), x.begin(), [zero](int8_t byte) { return byte - zero; });
    return scale;
}

/// The sum of a group's products.
int32_t dot(const int32_t *x, const int8_t *wei, int64_t length) {
    int32_t acc = 0;
    for (int64_t i = 0; i < length; ++i) {
        acc += x[i] * wei[i];
    }
    return acc;
}

float sum_scaled(const FullyConnectedGroups &p, const int32_t *x, const int8_t *wei, const float *scale) {
    const int64_t length = p.k / p.groups, range = p.groups / p.k_split;
    float total = 0;
    for (int64_t first = 0; first < p.groups; first += range) {
        float sum = 0;
        for (int64_t g = first; g < first + range; ++g) {
            const float product = static_cast<float>(dot(x + g * length, wei + g * length, length)) * scale[g];
            sum = sum + product;
        }
        total = first == 0 ? sum : total + sum;
    }
    return total;
}

float sum_multiplied(const FullyConnectedGroups &p, const int32_t *x, const int8_t *wei, const int8_t *multiplier,
                     float scale) {
    const int64_t length = p.k / p.groups;
    int32_t acc = 0;
    for (int64_t g = 0; g < p.groups; ++g) {
        acc += dot(x + g * length, wei + g * length, length) * multiplier[g];
    }
    return static_cast<float>(acc) * scale;
}

void store(const FullyConnectedGroups &p, float real, void *dst, int64_t at) {
    if (p.dst_bits == 32) {
        static_cast<float *>(dst)[at] = real;
    } else if (p.dst_bits == 16) {
        static_cast<uint16_t *>(dst)[at] = half_bits(real);
    } else {
        // Beyond 512 every zero point saturates, and the conversion to an integer stays defined.
        const float steps = std::clamp(real * (1 / p.dst_scale), -512.0f, 512.0f);
        static_cast<int8_t *>(dst)[at] = to_s8(static_cast<int32_t>(std::nearbyint(steps)), p.dst_zero, -128, 127);
    }
}

} // namespace

void fully_connected_groups(const FullyConnectedGroups &p, const void *src, const int8_t *wei,
                            const GroupFactors &factors, const float *bia, void *dst) {
    std::vector<int32_t> x(static_cast<size_t>(p.k));
    for (int64_t i = 0; i < p.m; ++i) {
        const float scale = take_row(p, src, i, x);
        for (int64_t o = 0; o < p.n; ++o) {
            const float sum =
                factors.multiplier != nullptr
                    ? sum_multiplied(p, x.data(), wei + o * p.k, factors.multiplier + o * p.groups, factors.scale[o])
                    : sum_scaled(p, x.data(), wei + o * p.k, factors.scale + o * p.groups);
            const float product = sum * scale;
            const float real = product + bia[o];
            store(p, std::clamp(real, p.clamp_min, p.clamp_max), dst, i * p.n + o);
        }
    }
}

} // namespace nibble::reference
