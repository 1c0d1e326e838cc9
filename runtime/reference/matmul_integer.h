// Products of integer matrices as they are: the accumulators come out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "runtime/reference/element.h"

namespace nibble::reference {

/// Static parameters.
struct MatmulInteger {
    int64_t m = 1, k = 1, n = 1;
    std::array<int64_t, 3> batch = {1, 1, 1};                            ///< of dst
    std::array<int64_t, 3> lhs_batch = {1, 1, 1}, rhs_batch = {1, 1, 1}; ///< that, or 1
    bool lhs_zeros = false;             ///< lhs_zero has an element for each row, else one
    bool rhs_zeros = false;             ///< rhs_zero has an element for each column, else one
    Element lhs, rhs;                   ///< of 8 or 16 bits, and of the zero points
    Element dst = {signed_element, 32}; ///< or s64
};

/// dst [batch][m][n] = sum over k of (lhs - lhs_zero) * (rhs - rhs_zero), modulo 2^bits of dst. lhs [batch][m][k] and
/// rhs [batch][k][n] are dense. ONNX's MatMulInteger.
void matmul_integer(const MatmulInteger &, const void *lhs, const void *rhs, const void *lhs_zero, const void *rhs_zero,
                    void *dst);

} // namespace nibble::reference
