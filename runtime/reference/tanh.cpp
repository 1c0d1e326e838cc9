// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/tanh.h"

#include <algorithm>
#include <cmath>

#include "runtime/reference/dequantised.h"
#include "runtime/reference/float_bits.h"

namespace nibble::reference {

void tanh(const Tanh &p, const int8_t *src, int8_t *dst) {
    const RealScale src_scale{float_from_bits(p.src_scale_bits), p.src_zero};
    const RealScale dst_scale{float_from_bits(p.dst_scale_bits), p.dst_zero};
    std::transform(src, src + p.elements, dst, [&](int8_t value) {
        // In f64, whose last bit is lost below: C libraries differ in that of f32.
        return through_reals(value, src_scale, dst_scale,
                             [](float x) { return static_cast<float>(std::tanh(double{x})); });
    });
}

} // namespace nibble::reference
