// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/average_pool2d.h"

namespace nibble::reference {

template <typename T>
void average_pool2d(const AveragePool2d &p, const T *src, T *dst) {
    const int32_t offset = p.u8 ? 128 : 0;
    pool2d(p, src, dst, [offset](const auto &values, const PoolWindow &window) {
        int32_t sum = 0;
        int32_t count = 0;
        for (int64_t y = window.top; y < window.bottom; ++y) {
            for (int64_t x = window.left; x < window.right; ++x) {
                sum += values(y, x) + offset;
                ++count;
            }
        }
        // Division truncates, so half the count goes to the side that the sum is on.
        return (sum > 0 ? sum + count / 2 : sum - count / 2) / count - offset;
    });
}

template void average_pool2d(const AveragePool2d &, const int8_t *, int8_t *);
template void average_pool2d(const AveragePool2d &, const int16_t *, int16_t *);

} // namespace nibble::reference
