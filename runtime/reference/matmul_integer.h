// Products of integer matrices as they are: the accumulators come out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/element.h"
#include "runtime/reference/matrix_batch.h"

namespace nibble::reference {

/// Static parameters; no matrix lies transposed.
struct MatmulInteger : MatrixBatch {
    bool lhs_zeros = false;             ///< lhs_zero has an element for each row, else one
    bool rhs_zeros = false;             ///< rhs_zero has an element for each column, else one
    Element lhs, rhs;                   ///< of 8 or 16 bits, and of the zero points
    Element dst = {signed_element, 32}; ///< or s64
};

/// dst [dst_batch][m][n] = sum over k of (lhs - lhs_zero) * (rhs - rhs_zero), modulo 2^bits of dst. lhs
/// [lhs_batch][m][k] and rhs [rhs_batch][k][n] are dense. ONNX's MatMulInteger.
void matmul_integer(const MatmulInteger &, const void *lhs, const void *rhs, const void *lhs_zero, const void *rhs_zero,
                    void *dst);

} // namespace nibble::reference
