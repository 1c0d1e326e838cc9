// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/transpose_conv2d.h"

namespace nibble::reference {
namespace {

/// The source coordinate whose window has tap `tap` at `place`, or -1.
int64_t source_of(int64_t place, int64_t tap, int64_t stride, int64_t extent) {
    const int64_t start = place - tap;
    return start >= 0 && start % stride == 0 && start / stride < extent ? start / stride : -1;
}

int32_t accumulate(const TransposeConv2d &p, const int8_t *image, const int8_t *filter, int64_t oy, int64_t ox) {
    int32_t acc = 0;
    for (int64_t ky = 0; ky < p.kh; ++ky) {
        const int64_t y = source_of(oy + p.pad_top, ky, p.stride_h, p.h);
        for (int64_t kx = 0; kx < p.kw; ++kx) {
            const int64_t x = source_of(ox + p.pad_left, kx, p.stride_w, p.w);
            if (y < 0 || x < 0) {
                continue;
            }
            const int8_t *pixel = image + (y * p.w + x) * p.ci;
            const int8_t *tap = filter + (ky * p.kw + kx) * p.ci;
            for (int64_t c = 0; c < p.ci; ++c) {
                acc += (pixel[c] - p.src_zero) * tap[c];
            }
        }
    }
    return acc;
}

} // namespace

void transpose_conv2d(const TransposeConv2d &p, const int8_t *src, const int8_t *wei, const int32_t *bia,
                      const Requantisation &requantise, int8_t *dst) {
    for (int64_t b = 0; b < p.n; ++b) {
        const int8_t *image = src + b * p.h * p.w * p.ci;
        for (int64_t oy = 0; oy < p.oh; ++oy) {
            for (int64_t ox = 0; ox < p.ow; ++ox) {
                for (int64_t o = 0; o < p.co; ++o) {
                    const int32_t acc = bia[o] + accumulate(p, image, wei + o * p.kh * p.kw * p.ci, oy, ox);
                    const int32_t value = requantise(acc, o);
                    *dst++ = to_s8(value, p.dst_zero, p.clamp_min, p.clamp_max);
                }
            }
        }
    }
}

} // namespace nibble::reference
