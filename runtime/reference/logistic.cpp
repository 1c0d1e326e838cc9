// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/logistic.h"

#include <algorithm>
#include <cmath>

#include "runtime/reference/dequantised.h"
#include "runtime/reference/float_bits.h"

namespace nibble::reference {

void logistic(const Logistic &p, const int8_t *src, int8_t *dst) {
    const RealScale src_scale{float_from_bits(p.src_scale_bits), p.src_zero};
    const RealScale dst_scale{1.0f / 256, -128};
    std::transform(src, src + p.elements, dst, [&](int8_t value) {
        // In f64, whose last bit is lost below: C libraries differ in that of f32.
        return through_reals(value, src_scale, dst_scale, [](float x) {
            return 1.0f / (1.0f + static_cast<float>(std::min(std::exp(-double{x}), 1e30)));
        });
    });
}

} // namespace nibble::reference
