// Products of pairs of matrices, s16 by s16 or s8: the meaning of batch_matmul where activations are s16.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/matrix_batch.h"

namespace nibble::reference {

/// Static parameters. All zero points are 0.
struct BatchMatmulS16 : MatrixBatch {
    int32_t multiplier = 0, shift = 0; ///< lhs scale * rhs scale / dst scale, Q31
};

/// dst[b,i,o] = saturate(requantize_reduced16(sum over k of lhs[b,i,k] * rhs[b,k,o])), the sum in 64 bits. Right is
/// int16_t or int8_t.
template <typename Right>
void batch_matmul_s16(const BatchMatmulS16 &, const int16_t *lhs, const Right *rhs, int16_t *dst);

extern template void batch_matmul_s16(const BatchMatmulS16 &, const int16_t *, const int8_t *, int16_t *);
extern template void batch_matmul_s16(const BatchMatmulS16 &, const int16_t *, const int16_t *, int16_t *);

} // namespace nibble::reference
