// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/concat.h"

#include <algorithm>
#include <cmath>

#include "runtime/reference/move_elements.h"

namespace nibble::reference {

void concat(int64_t bits, int64_t rows, const std::vector<ConcatSource> &src, void *dst) {
    int64_t to = 0;
    for (int64_t row = 0; row < rows; ++row) {
        for (const ConcatSource &source : src) {
            for (int64_t i = row * source.width; i < (row + 1) * source.width; ++i, ++to) {
                if (source.table == nullptr) {
                    move_element(bits, source.data, i, dst, to);
                } else {
                    const int32_t value = static_cast<const int8_t *>(source.data)[i] + 128;
                    static_cast<int8_t *>(dst)[to] = static_cast<int8_t>(source.table[value] - 128);
                }
            }
        }
    }
}

uint8_t concat_rescaled(uint8_t value, float src_scale, int32_t src_zero, float dst_scale, int32_t dst_zero) {
    const float scale = src_scale * (1.0f / dst_scale);
    const float bias = static_cast<float>(-src_zero) * scale;
    const float scaled = static_cast<float>(value) * scale;
    // Beyond these the result is saturated whatever dst_zero is, and rounds to an int.
    const float real = std::clamp(scaled + bias, -512.0f, 512.0f);
    return static_cast<uint8_t>(std::clamp(static_cast<int32_t>(std::round(real)) + dst_zero, 0, 255));
}

} // namespace nibble::reference
