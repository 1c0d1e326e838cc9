// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/mean.h"

#include <algorithm>
#include <limits>

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {
namespace {

template <typename T>
int32_t centred_sum(const Mean &p, const T *src, int64_t a, int64_t b, int64_t c) {
    int32_t sum = 0;
    for (int64_t i = 0; i < p.r0; ++i) {
        for (int64_t j = 0; j < p.r1; ++j) {
            sum += src[(((a * p.r0 + i) * p.k1 + b) * p.r1 + j) * p.k2 + c] - p.src_zero;
        }
    }
    return sum;
}

} // namespace

template <typename T>
void mean(const Mean &p, const T *src, T *dst) {
    constexpr int32_t least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
    for (int64_t a = 0; a < p.k0; ++a) {
        for (int64_t b = 0; b < p.k1; ++b) {
            for (int64_t c = 0; c < p.k2; ++c) {
                const int32_t value = requantize_double(centred_sum(p, src, a, b, c), p.multiplier, p.shift);
                *dst++ = to_quantised<T>(value, p.dst_zero, least, most);
            }
        }
    }
}

template void mean(const Mean &, const int8_t *, int8_t *);
template void mean(const Mean &, const int16_t *, int16_t *);

void divide_multiplier(int64_t count, int32_t &multiplier, int32_t &shift) {
    int bits = 0;
    while ((count >> (bits + 1)) != 0) {
        ++bits;
    }
    bits = std::min({bits, 32, 31 + shift});
    multiplier = static_cast<int32_t>((int64_t{multiplier} << bits) / count);
    shift -= bits;
}

} // namespace nibble::reference
