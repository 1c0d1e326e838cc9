// Batches of matrices that broadcast against each other.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nibble::reference {

/// Static parameters. A matrix's place among its operand's is that of its product, but 0 along dimensions of extent 1.
struct MatrixBatch {
    std::array<int64_t, 3> dst_batch = {1, 1, 1}; ///< products, outermost dimension first
    std::array<int64_t, 3> lhs_batch = {1, 1, 1}; ///< each 1 or dst_batch's
    std::array<int64_t, 3> rhs_batch = {1, 1, 1}; ///< each 1 or dst_batch's
    int64_t m = 1, k = 1, n = 1;                  ///< a product is [m,n], a sum of k terms
    bool adj_x = false;                           ///< lhs matrices lie transposed: [k,m]
    bool adj_y = false;                           ///< rhs matrices lie transposed: [n,k]
};

/// Which of an operand's matrices product `index` takes.
inline int64_t matrix_of(const std::array<int64_t, 3> &batch, const std::array<int64_t, 3> &index) {
    int64_t place = 0;
    for (size_t i = 0; i < batch.size(); ++i) {
        place = place * batch[i] + (batch[i] == 1 ? 0 : index[i]);
    }
    return place;
}

/// dst[b,i,o] = requantise(sum over k of term(lhs[b,i,k], rhs[b,k,o])), the sum in `Acc`. lhs [lhs_batch...,m,k], rhs
/// [rhs_batch...,k,n], dst [dst_batch...,m,n]; all dense.
template <typename Acc, typename Left, typename Right, typename Dst, typename Term, typename Requantise>
void for_each_dot(const MatrixBatch &p, const Left *lhs, const Right *rhs, Dst *dst, const Term &term,
                  const Requantise &requantise) {
    std::array<int64_t, 3> index{};
    for (index[0] = 0; index[0] < p.dst_batch[0]; ++index[0]) {
        for (index[1] = 0; index[1] < p.dst_batch[1]; ++index[1]) {
            for (index[2] = 0; index[2] < p.dst_batch[2]; ++index[2]) {
                const Left *left = lhs + matrix_of(p.lhs_batch, index) * p.m * p.k;
                const Right *right = rhs + matrix_of(p.rhs_batch, index) * p.k * p.n;
                for (int64_t i = 0; i < p.m; ++i) {
                    for (int64_t o = 0; o < p.n; ++o) {
                        Acc acc = 0;
                        for (int64_t c = 0; c < p.k; ++c) {
                            acc += term(left[p.adj_x ? c * p.m + i : i * p.k + c],
                                        right[p.adj_y ? o * p.k + c : c * p.n + o]);
                        }
                        *dst++ = requantise(acc);
                    }
                }
            }
        }
    }
}

} // namespace nibble::reference
