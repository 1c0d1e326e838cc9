// Low-rank dense layer with a memory of its features (singular value decomposition filter), s8.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct Svdf {
    int64_t n = 1;                                      ///< batch
    int64_t k = 1;                                      ///< elements of a source row
    int64_t units = 1;                                  ///< outputs of a row
    int64_t rank = 1;                                   ///< filters of a unit
    int64_t memory = 1;                                 ///< features that a filter keeps, the newest last
    int32_t src_zero = 0, state_zero = 0, dst_zero = 0; ///< zero points
    int32_t feature_multiplier = 0, feature_shift = 0;  ///< src scale * wei scale / state scale, Q31
    int32_t multiplier = 0, shift = 0;                  ///< state scale * time scale / dst scale, Q31
    int32_t clamp_min = -128, clamp_max = 127;          ///< of dst, quantised, inclusive
};

/// next[b,f] = state[b,f] less its oldest feature, and the new one at its end:
///     saturate(state_zero + requantize_double(sum over k of wei[f] * (src[b] - src_zero)))
/// dst[b,u] = clamp(dst_zero + requantize_double(bia[u] + sum over u's filters and memory of time * (next -
/// state_zero))) src [n,k], state and next [n,units*rank,memory], wei [units*rank,k], time [units*rank,memory], bia
/// [units], dst [n,units]; all dense; state and next are apart. State is int8_t or int16_t. The first sum must fit s32,
/// the second keeps its low 32 bits, as TFLite Micro's does.
template <typename State>
void svdf(const Svdf &, const int8_t *src, const State *state, const int8_t *wei, const State *time, const int32_t *bia,
          int8_t *dst, State *next);

extern template void svdf(const Svdf &, const int8_t *, const int8_t *, const int8_t *, const int8_t *, const int32_t *,
                          int8_t *, int8_t *);
extern template void svdf(const Svdf &, const int8_t *, const int16_t *, const int8_t *, const int16_t *,
                          const int32_t *, int8_t *, int16_t *);

} // namespace nibble::reference
