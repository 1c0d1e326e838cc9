// Fully connected layer, s8 activations and s8 channel-wise weights.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/requantisation.h"

namespace nibble::reference {

/// Static parameters.
struct FullyConnected {
    int64_t m = 1;                             ///< rows of src and dst
    int64_t k = 1;                             ///< columns of src: the reduction
    int64_t n = 1;                             ///< columns of dst
    int32_t src_zero = 0, dst_zero = 0;        ///< zero points
    int32_t wei_zero = 0;                      ///< the weights'
    int32_t clamp_min = -128, clamp_max = 127; ///< of dst, quantised, inclusive
};

/// dst[i,o] = clamp(dst_zero + requantise(bia[o] + sum over k of (src - src_zero) * (wei - wei_zero))).
/// src [m,k], wei [n,k], bia and the factors [n], dst [m,n]; all dense. The sum must fit s32:
/// k * 255 * (128 + |wei_zero|) + |bia| < 2^31.
void fully_connected(const FullyConnected &, const int8_t *src, const int8_t *wei, const int32_t *bia,
                     const Requantisation &requantise, int8_t *dst);

} // namespace nibble::reference
