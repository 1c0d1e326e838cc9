// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/requantize_linear.h"

namespace nibble::reference {

void requantize_linear(const RequantizeLinear &p, const void *src, const void *lhs_scale, const void *rhs_scale,
                       const void *dst_scale, const void *zero, void *dst) {
    const float divisor = float_at(p.scale, dst_scale, 0);
    for (int64_t i = 0; i < p.rows * p.n; ++i) {
        const float lhs = float_at(p.scale, lhs_scale, p.lhs_rows ? i / p.n : 0);
        const float product = lhs * float_at(p.scale, rhs_scale, p.rhs_columns ? i % p.n : 0);
        const float factor = product / divisor;
        const float real = static_cast<float>(integer_at(p.src, src, i)) * factor;
        store_integer(p.dst, dst, i, saturated(real, integer_at(p.dst, zero, 0), p.dst));
    }
}

} // namespace nibble::reference
