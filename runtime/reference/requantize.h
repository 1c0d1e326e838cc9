// Quantised integers to others of another scale, zero point or type.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct Requantize {
    int64_t elements = 1;
    int32_t multiplier = 0, shift = 0;  ///< src scale / dst scale, Q31; the largest difference << shift fits s32
    int32_t src_zero = 0, dst_zero = 0; ///< zero points
};

/// dst = saturate(dst_zero + requantize_double(src - src_zero)). Src and Dst are int8_t, int16_t or int32_t.
template <typename Src, typename Dst>
void requantize(const Requantize &, const Src *src, Dst *dst);

extern template void requantize(const Requantize &, const int8_t *, int8_t *);
extern template void requantize(const Requantize &, const int8_t *, int32_t *);
extern template void requantize(const Requantize &, const int16_t *, int8_t *);
extern template void requantize(const Requantize &, const int8_t *, int16_t *);
extern template void requantize(const Requantize &, const int16_t *, int16_t *);
extern template void requantize(const Requantize &, const int16_t *, int32_t *);
extern template void requantize(const Requantize &, const int32_t *, int8_t *);
extern template void requantize(const Requantize &, const int32_t *, int16_t *);
extern template void requantize(const Requantize &, const int32_t *, int32_t *);

} // namespace nibble::reference
