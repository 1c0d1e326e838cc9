// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/matmul_integer.h"

namespace nibble::reference {

void matmul_integer(const MatmulInteger &p, const void *lhs, const void *rhs, const void *lhs_zero,
                    const void *rhs_zero, void *dst) {
    const int64_t matrices = p.dst_batch[0] * p.dst_batch[1] * p.dst_batch[2];
    for (int64_t i = 0; i < matrices * p.m * p.n; ++i) {
        const int64_t column = i % p.n, row = i / p.n % p.m, matrix = i / p.n / p.m;
        const std::array<int64_t, 3> index = {matrix / p.dst_batch[2] / p.dst_batch[1],
                                              matrix / p.dst_batch[2] % p.dst_batch[1], matrix % p.dst_batch[2]};
        const int64_t lhs_row = matrix_of(p.lhs_batch, index) * p.m + row, rhs_matrix = matrix_of(p.rhs_batch, index);
        const int64_t a_zero = integer_at(p.lhs, lhs_zero, p.lhs_zeros ? row : 0);
        const int64_t b_zero = integer_at(p.rhs, rhs_zero, p.rhs_zeros ? column : 0);
        int64_t sum = 0;
        for (int64_t k = 0; k < p.k; ++k) {
            const int64_t a = integer_at(p.lhs, lhs, lhs_row * p.k + k) - a_zero;
            const int64_t b = integer_at(p.rhs, rhs, (rhs_matrix * p.k + k) * p.n + column) - b_zero;
            sum += a * b;
        }
        store_integer(p.dst, dst, i, sum);
    }
}

} // namespace nibble::reference
