// Products of pairs of matrices, s8.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "runtime/reference/requantisation.h"

namespace nibble::reference {

/// Static parameters. A matrix's place among its operand's is that of its product, but 0 along dimensions of extent 1.
struct BatchMatmul {
    std::array<int64_t, 3> dst_batch = {1, 1, 1};     ///< products, outermost dimension first
    std::array<int64_t, 3> lhs_batch = {1, 1, 1};     ///< each 1 or dst_batch's
    std::array<int64_t, 3> rhs_batch = {1, 1, 1};     ///< each 1 or dst_batch's
    int64_t m = 1, k = 1, n = 1;                      ///< a product is [m,n], a sum of k terms
    bool adj_x = false;                               ///< lhs matrices lie transposed: [k,m]
    bool adj_y = false;                               ///< rhs matrices lie transposed: [n,k]
    int32_t lhs_zero = 0, rhs_zero = 0, dst_zero = 0; ///< zero points
    int32_t clamp_min = -128, clamp_max = 127;        ///< of dst, quantised, inclusive
};

/// dst[b,i,o] = clamp(dst_zero + requantise(sum over k of (lhs[b,i,k] - lhs_zero) * (rhs[b,k,o] - rhs_zero))).
/// lhs [lhs_batch...,m,k], rhs [rhs_batch...,k,n], dst [dst_batch...,m,n]; all dense. The sum must fit s32:
/// k * 255 * 255 < 2^31. There is one factor: lhs scale * rhs scale / dst scale.
void batch_matmul(const BatchMatmul &, const int8_t *lhs, const int8_t *rhs, const Requantisation &requantise,
                  int8_t *dst);

} // namespace nibble::reference
