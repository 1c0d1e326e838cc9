// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/fully_connected.h"

namespace nibble::reference {

void fully_connected(const FullyConnected &p, const int8_t *src, const int8_t *wei, const int32_t *bia,
                     const Requantisation &requantise, int8_t *dst) {
    for (int64_t i = 0; i < p.m; ++i) {
        for (int64_t o = 0; o < p.n; ++o) {
            int32_t acc = bia[o];
            for (int64_t c = 0; c < p.k; ++c) {
                acc += (src[i * p.k + c] - p.src_zero) * (wei[o * p.k + c] - p.wei_zero);
            }
            const int32_t value = requantise(acc, o);
            *dst++ = to_s8(value, p.dst_zero, p.clamp_min, p.clamp_max);
        }
    }
}

} // namespace nibble::reference
