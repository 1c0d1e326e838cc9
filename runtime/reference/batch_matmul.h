// Products of pairs of matrices, s8.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/matrix_batch.h"
#include "runtime/reference/requantisation.h"

namespace nibble::reference {

/// Static parameters.
struct BatchMatmul : MatrixBatch {
    int32_t lhs_zero = 0, rhs_zero = 0, dst_zero = 0; ///< zero points
    int32_t clamp_min = -128, clamp_max = 127;        ///< of dst, quantised, inclusive
};

/// dst[b,i,o] = clamp(dst_zero + requantise(sum over k of (lhs[b,i,k] - lhs_zero) * (rhs[b,k,o] - rhs_zero))).
/// lhs [lhs_batch...,m,k], rhs [rhs_batch...,k,n], dst [dst_batch...,m,n]; all dense. The sum must fit s32:
/// k * 255 * 255 < 2^31. There is one factor: lhs scale * rhs scale / dst scale.
void batch_matmul(const BatchMatmul &, const int8_t *lhs, const int8_t *rhs, const Requantisation &requantise,
                  int8_t *dst);

} // namespace nibble::reference
