// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/average_pool2d.h"

#include <algorithm>

namespace nibble::reference {
namespace {

int32_t average(const AveragePool2d &p, const int8_t *image, int64_t oy, int64_t ox, int64_t channel) {
    const int64_t top = oy * p.stride_h - p.pad_top;
    const int64_t left = ox * p.stride_w - p.pad_left;
    int32_t sum = 0;
    int32_t count = 0;
    for (int64_t y = std::max<int64_t>(top, 0); y < std::min(top + p.kh, p.h); ++y) {
        for (int64_t x = std::max<int64_t>(left, 0); x < std::min(left + p.kw, p.w); ++x) {
            sum += image[(y * p.w + x) * p.c + channel];
            ++count;
        }
    }
    const int32_t offset = p.u8 ? 128 : 0;
    sum += offset * count;
    // Division truncates, so half the count goes to the side that the sum is on.
    return (sum > 0 ? sum + count / 2 : sum - count / 2) / count - offset;
}

} // namespace

void average_pool2d(const AveragePool2d &p, const int8_t *src, int8_t *dst) {
    for (int64_t b = 0; b < p.n; ++b) {
        const int8_t *image = src + b * p.h * p.w * p.c;
        for (int64_t oy = 0; oy < p.oh; ++oy) {
            for (int64_t ox = 0; ox < p.ow; ++ox) {
                for (int64_t channel = 0; channel < p.c; ++channel) {
                    const int32_t value = average(p, image, oy, ox, channel);
                    *dst++ = static_cast<int8_t>(std::clamp(value, p.clamp_min, p.clamp_max));
                }
            }
        }
    }
}

} // namespace nibble::reference
