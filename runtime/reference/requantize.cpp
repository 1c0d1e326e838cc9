// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/requantize.h"

#include <algorithm>
#include <limits>

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

template <typename Src, typename Dst>
void requantize(const Requantize &p, const Src *src, Dst *dst) {
    for (int64_t i = 0; i < p.elements; ++i) {
        const int64_t value =
            int64_t{requantize_double(static_cast<int32_t>(int64_t{src[i]} - p.src_zero), p.multiplier, p.shift)} +
            p.dst_zero;
        dst[i] = static_cast<Dst>(
            std::clamp<int64_t>(value, std::numeric_limits<Dst>::min(), std::numeric_limits<Dst>::max()));
    }
}

template void requantize(const Requantize &, const int8_t *, int8_t *);
template void requantize(const Requantize &, const int8_t *, int32_t *);
template void requantize(const Requantize &, const int16_t *, int8_t *);
template void requantize(const Requantize &, const int8_t *, int16_t *);
template void requantize(const Requantize &, const int16_t *, int16_t *);
template void requantize(const Requantize &, const int16_t *, int32_t *);
template void requantize(const Requantize &, const int32_t *, int8_t *);
template void requantize(const Requantize &, const int32_t *, int16_t *);
template void requantize(const Requantize &, const int32_t *, int32_t *);

} // namespace nibble::reference
