// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/conv_integer.h"

namespace nibble::reference {
namespace {

struct Operands {
    const void *src, *wei, *src_zero, *wei_zero;
};

/// The sum of one pixel's channel.
int64_t window_sum(const ConvInteger &p, const Operands &t, int64_t b, int64_t y, int64_t x, int64_t o) {
    const int64_t depth = p.ci / p.groups, first = o / (p.co / p.groups) * depth;
    const int64_t src_zero = integer_at(p.src, t.src_zero, 0);
    const int64_t wei_zero = integer_at(p.wei, t.wei_zero, p.wei_zeros ? o : 0);
    int64_t sum = 0;
    for (int64_t i = 0; i < p.kh; ++i) {
        for (int64_t j = 0; j < p.kw; ++j) {
            const int64_t row = y * p.stride_h - p.pad_top + i * p.dilation_h;
            const int64_t column = x * p.stride_w - p.pad_left + j * p.dilation_w;
            if (row < 0 || row >= p.h || column < 0 || column >= p.w) {
                continue;
            }
            for (int64_t c = 0; c < depth; ++c) {
                const int64_t pixel = (b * p.h + row) * p.w + column;
                const int64_t value = integer_at(p.src, t.src, pixel * p.ci + first + c) - src_zero;
                const int64_t tap = (i * p.kw + j) * depth + c;
                sum += value * (integer_at(p.wei, t.wei, tap * p.co + o) - wei_zero);
            }
        }
    }
    return sum;
}

} // namespace

void conv_integer(const ConvInteger &p, const void *src, const void *wei, const void *src_zero, const void *wei_zero,
                  const int32_t *bia, void *dst) {
    const Operands operands = {src, wei, src_zero, wei_zero};
    for (int64_t i = 0; i < p.n * p.oh * p.ow * p.co; ++i) {
        const int64_t o = i % p.co, x = i / p.co % p.ow, y = i / p.co / p.ow % p.oh, b = i / p.co / p.ow / p.oh;
        store_integer(p.dst, dst, i, window_sum(p, operands, b, y, x, o) + bia[o]);
    }
}

} // namespace nibble::reference
