// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/batch_matmul.h"

namespace nibble::reference {
namespace {

/// Which of an operand's matrices product `index` takes.
int64_t matrix_of(const std::array<int64_t, 3> &batch, const std::array<int64_t, 3> &index) {
    int64_t place = 0;
    for (size_t i = 0; i < batch.size(); ++i) {
        place = place * batch[i] + (batch[i] == 1 ? 0 : index[i]);
    }
    return place;
}

void multiply(const BatchMatmul &p, const int8_t *lhs, const int8_t *rhs, const Requantisation &requantise,
              int8_t *dst) {
    for (int64_t i = 0; i < p.m; ++i) {
        for (int64_t o = 0; o < p.n; ++o) {
            int32_t acc = 0;
            for (int64_t c = 0; c < p.k; ++c) {
                const int32_t left = lhs[p.adj_x ? c * p.m + i : i * p.k + c] - p.lhs_zero;
                const int32_t right = rhs[p.adj_y ? o * p.k + c : c * p.n + o] - p.rhs_zero;
                acc += left * right;
            }
            const int32_t value = requantise(acc, 0);
            *dst++ = to_s8(value, p.dst_zero, p.clamp_min, p.clamp_max);
        }
    }
}

} // namespace

void batch_matmul(const BatchMatmul &p, const int8_t *lhs, const int8_t *rhs, const Requantisation &requantise,
                  int8_t *dst) {
    for (int64_t b0 = 0; b0 < p.dst_batch[0]; ++b0) {
        for (int64_t b1 = 0; b1 < p.dst_batch[1]; ++b1) {
            for (int64_t b2 = 0; b2 < p.dst_batch[2]; ++b2) {
                const std::array<int64_t, 3> index = {b0, b1, b2};
                multiply(p, lhs + matrix_of(p.lhs_batch, index) * p.m * p.k,
                         rhs + matrix_of(p.rhs_batch, index) * p.k * p.n, requantise, dst);
                dst += p.m * p.n;
            }
        }
    }
}

} // namespace nibble::reference
