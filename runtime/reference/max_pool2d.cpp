// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/max_pool2d.h"

namespace nibble::reference {

template <typename T>
void max_pool2d(const Pool2d &p, const T *src, T *dst) {
    pool2d(p, src, dst, [](const auto &values, const PoolWindow &window) {
        int32_t most = values(window.top, window.left);
        for (int64_t y = window.top; y < window.bottom; ++y) {
            for (int64_t x = window.left; x < window.right; ++x) {
                most = std::max<int32_t>(most, values(y, x));
            }
        }
        return most;
    });
}

template void max_pool2d(const Pool2d &, const int8_t *, int8_t *);
template void max_pool2d(const Pool2d &, const int16_t *, int16_t *);

} // namespace nibble::reference
