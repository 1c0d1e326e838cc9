// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/batch_matmul.h"

namespace nibble::reference {

void batch_matmul(const BatchMatmul &p, const int8_t *lhs, const int8_t *rhs, const Requantisation &requantise,
                  int8_t *dst) {
    const auto term = [&p](int8_t left, int8_t right) { return (left - p.lhs_zero) * (right - p.rhs_zero); };
    for_each_dot<int32_t>(p, lhs, rhs, dst, term,
                          [&](int32_t acc) { return to_s8(requantise(acc, 0), p.dst_zero, p.clamp_min, p.clamp_max); });
}

} // namespace nibble::reference
