// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/svdf.h"

#include <algorithm>
#include <limits>

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {
namespace {

template <typename State>
State feature(const Svdf &p, const int8_t *src, const int8_t *filter) {
    int32_t acc = 0;
    for (int64_t c = 0; c < p.k; ++c) {
        acc += (src[c] - p.src_zero) * filter[c];
    }
    const int64_t value = int64_t{requantize_double(acc, p.feature_multiplier, p.feature_shift)} + p.state_zero;
    return static_cast<State>(
        std::clamp<int64_t>(value, std::numeric_limits<State>::min(), std::numeric_limits<State>::max()));
}

template <typename State>
int8_t output(const Svdf &p, const State *next, const State *time, int32_t bia) {
    auto acc = static_cast<uint32_t>(bia);
    for (int64_t i = 0; i < p.rank * p.memory; ++i) {
        acc += static_cast<uint32_t>(int64_t{time[i]} * (next[i] - p.state_zero));
    }
    const int32_t value = requantize_double(static_cast<int32_t>(acc), p.multiplier, p.shift);
    return to_s8(value, p.dst_zero, p.clamp_min, p.clamp_max);
}

} // namespace

template <typename State>
void svdf(const Svdf &p, const int8_t *src, const State *state, const int8_t *wei, const State *time,
          const int32_t *bia, int8_t *dst, State *next) {
    const int64_t filters = p.units * p.rank;
    for (int64_t b = 0; b < p.n; ++b) {
        State *row = next + b * filters * p.memory;
        const State *before = state + b * filters * p.memory;
        for (int64_t f = 0; f < filters; ++f) {
            std::copy(before + f * p.memory + 1, before + (f + 1) * p.memory, row + f * p.memory);
            row[(f + 1) * p.memory - 1] = feature<State>(p, src + b * p.k, wei + f * p.k);
        }
        for (int64_t u = 0; u < p.units; ++u) {
            const int64_t first = u * p.rank * p.memory;
            *dst++ = output(p, row + first, time + first, bia[u]);
        }
    }
}

template void svdf(const Svdf &, const int8_t *, const int8_t *, const int8_t *, const int8_t *, const int32_t *,
                   int8_t *, int8_t *);
template void svdf(const Svdf &, const int8_t *, const int16_t *, const int8_t *, const int16_t *, const int32_t *,
                   int8_t *, int16_t *);

} // namespace nibble::reference
