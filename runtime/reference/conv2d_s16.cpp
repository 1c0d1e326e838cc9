// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/conv2d_s16.h"

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {
namespace {

/// The source pixel at a place along one dimension, or -1 where there is none.
int64_t pixel_at(int64_t place, int64_t up, int64_t extent) {
    return place >= 0 && place % up == 0 && place / up < extent ? place / up : -1;
}

/// `image` begins at the group's first channel.
int64_t accumulate(const Conv2dS16 &p, const int16_t *image, const int8_t *filter, int64_t oy, int64_t ox) {
    const int64_t channels = p.ci / p.groups;
    int64_t acc = 0;
    for (int64_t ky = 0; ky < p.kh; ++ky) {
        const int64_t y = pixel_at(oy * p.stride_h - p.pad_top + ky * p.dilation_h, p.up_h, p.h);
        for (int64_t kx = 0; kx < p.kw; ++kx) {
            const int64_t x = pixel_at(ox * p.stride_w - p.pad_left + kx * p.dilation_w, p.up_w, p.w);
            if (y < 0 || x < 0) {
                continue;
            }
            const int16_t *pixel = image + (y * p.w + x) * p.ci;
            const int8_t *tap = filter + (ky * p.kw + kx) * channels;
            for (int64_t c = 0; c < channels; ++c) {
                acc += int64_t{pixel[c]} * tap[c];
            }
        }
    }
    return acc;
}

int64_t requantised(int64_t acc, int64_t bia, int32_t multiplier, int shift) {
    return requantize_reduced16(acc + bia, multiplier, shift);
}

int64_t requantised(int64_t acc, int32_t bia, int32_t multiplier, int shift) {
    return requantize_double(static_cast<int32_t>(static_cast<uint32_t>(acc + bia)), multiplier, shift);
}

} // namespace

template <typename Bia>
void conv2d_s16(const Conv2dS16 &p, const int16_t *src, const int8_t *wei, const Bia *bia, const int32_t *multiplier,
                const int32_t *shift, int16_t *dst) {
    for (int64_t b = 0; b < p.n; ++b) {
        const int16_t *image = src + b * p.h * p.w * p.ci;
        for (int64_t oy = 0; oy < p.oh; ++oy) {
            for (int64_t ox = 0; ox < p.ow; ++ox) {
                for (int64_t o = 0; o < p.co; ++o) {
                    const int16_t *group = image + o / (p.co / p.groups) * (p.ci / p.groups);
                    const int8_t *filter = wei + o * p.kh * p.kw * (p.ci / p.groups);
                    const int64_t acc = accumulate(p, group, filter, oy, ox);
                    const int64_t value = requantised(acc, bia[o], multiplier[o], shift[o]);
                    *dst++ = to_quantised<int16_t>(value, 0, p.clamp_min, p.clamp_max);
                }
            }
        }
    }
}

template void conv2d_s16(const Conv2dS16 &, const int16_t *, const int8_t *, const int32_t *, const int32_t *,
                         const int32_t *, int16_t *);
template void conv2d_s16(const Conv2dS16 &, const int16_t *, const int8_t *, const int64_t *, const int32_t *,
                         const int32_t *, int16_t *);

} // namespace nibble::reference
