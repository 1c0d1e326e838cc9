// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/batch_matmul_s16.h"

#include "runtime/reference/requantize_math.h"

namespace nibble::reference {

template <typename Right>
void batch_matmul_s16(const BatchMatmulS16 &p, const int16_t *lhs, const Right *rhs, int16_t *dst) {
    const auto term = [](int64_t left, int64_t right) { return left * right; };
    for_each_dot<int64_t>(p, lhs, rhs, dst, term, [&p](int64_t acc) {
        return to_quantised<int16_t>(requantize_reduced16(acc, p.multiplier, p.shift), 0, -32768, 32767);
    });
}

template void batch_matmul_s16(const BatchMatmulS16 &, const int16_t *, const int8_t *, int16_t *);
template void batch_matmul_s16(const BatchMatmulS16 &, const int16_t *, const int16_t *, int16_t *);

} // namespace nibble::reference
