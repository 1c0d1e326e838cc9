// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/max_pool2d.h"

namespace nibble::reference {

void max_pool2d(const Pool2d &p, const int8_t *src, int8_t *dst) {
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

} // namespace nibble::reference
