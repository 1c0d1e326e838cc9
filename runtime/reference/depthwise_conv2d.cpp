// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/depthwise_conv2d.h"

namespace nibble::reference {
namespace {

int32_t accumulate(const DepthwiseConv2d &p, const int8_t *image, const int8_t *wei, int64_t oy, int64_t ox,
                   int64_t o) {
    int32_t acc = 0;
    for (int64_t ky = 0; ky < p.kh; ++ky) {
        const int64_t y = oy * p.stride_h - p.pad_top + ky * p.dilation_h;
        for (int64_t kx = 0; kx < p.kw; ++kx) {
            const int64_t x = ox * p.stride_w - p.pad_left + kx * p.dilation_w;
            if (y < 0 || y >= p.h || x < 0 || x >= p.w) {
                continue;
            }
            const int8_t value = image[(y * p.w + x) * p.ci + o / p.channel_multiplier];
            acc += (value - p.src_zero) * (wei[(ky * p.kw + kx) * p.co + o] - p.wei_zero);
        }
    }
    return acc;
}

} // namespace

void depthwise_conv2d(const DepthwiseConv2d &p, const int8_t *src, const int8_t *wei, const int32_t *bia,
                      const Requantisation &requantise, int8_t *dst) {
    for (int64_t b = 0; b < p.n; ++b) {
        const int8_t *image = src + b * p.h * p.w * p.ci;
        for (int64_t oy = 0; oy < p.oh; ++oy) {
            for (int64_t ox = 0; ox < p.ow; ++ox) {
                for (int64_t o = 0; o < p.co; ++o) {
                    const int32_t acc = bia[o] + accumulate(p, image, wei, oy, ox, o);
                    const int32_t value = requantise(acc, o);
                    *dst++ = to_s8(value, p.dst_zero, p.clamp_min, p.clamp_max);
                }
            }
        }
    }
}

} // namespace nibble::reference
