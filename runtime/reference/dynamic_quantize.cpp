// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/dynamic_quantize.h"

#include "runtime/reference/element.h"

namespace nibble::reference {

void dynamic_quantize(const DynamicQuantize &p, const float *src, uint8_t *dst, float *scale, uint8_t *zero) {
    const Element u8 = {unsigned_element, 8};
    float low = 0, high = 0;
    for (int64_t i = 0; i < p.elements; ++i) {
        low = src[i] < low ? src[i] : low;
        high = src[i] > high ? src[i] : high;
    }
    const float step = (high - low) / 255.0f;
    *scale = step == 0 ? 1.0f : step;
    const float place = 0.0f - low / *scale;
    *zero = static_cast<uint8_t>(saturated(place, 0, u8));
    for (int64_t i = 0; i < p.elements; ++i) {
        dst[i] = static_cast<uint8_t>(saturated(src[i] / *scale, *zero, u8));
    }
}

} // namespace nibble::reference
