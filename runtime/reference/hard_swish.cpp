// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/hard_swish.h"

#include <algorithm>
#include <limits>

#include "runtime/reference/quantize_multiplier.h"
#include "runtime/reference/requantize_math.h"

namespace nibble::reference {
namespace {

constexpr int32_t most = std::numeric_limits<int16_t>::max(), least = std::numeric_limits<int16_t>::min();

/// a * b in Q15, half up.
int32_t multiply(int32_t a, int32_t b) { return (a * b + (1 << 14)) >> 15; }

int32_t saturating_shift_left(int32_t x, int bits) {
    return static_cast<int32_t>(std::clamp<int64_t>(int64_t{x} * (int64_t{1} << bits), least, most));
}

/// relu6(x + 3) / 6 in Q15: x in units of 3 / 2^15, saturated to [-1, 1). The last bit of a left shift comes after the
/// multiplication, so that this does not lose it.
int32_t gate(const HardSwish &p, int32_t x) {
    const int left = std::max(p.gate_shift, 0);
    int32_t value = left > 0 ? saturating_shift_left(x, left - 1) : x;
    value = multiply(value, p.gate_multiplier);
    value = left > 0 ? saturating_shift_left(value, 1) : rounding_divide_by_power_of_two(value, -p.gate_shift);
    return (value + (1 << 15)) >> 1;
}

int32_t to_q15(int32_t q31) { return std::min((q31 >> 16) + ((q31 >> 15) & 1), most); }

} // namespace

HardSwish hard_swish_parameters(int64_t elements, float src_scale, float dst_scale) {
    const float step = src_scale / 128;
    const QuantizedMultiplier scaled = quantize_multiplier(step / dst_scale);
    const QuantizedMultiplier gated = quantize_multiplier(step / (3.0f / 32768));
    HardSwish p;
    p.elements = elements;
    p.multiplier = to_q15(scaled.multiplier);
    p.shift = scaled.shift;
    p.gate_multiplier = to_q15(gated.multiplier);
    p.gate_shift = gated.shift;
    return p;
}

void hard_swish(const HardSwish &p, const int8_t *src, int8_t *dst) {
    std::transform(src, src + p.elements, dst, [&](int8_t value) {
        const int32_t x = (value - p.src_zero) * 128;
        const int32_t product = gate(p, x) * multiply(x, p.multiplier) / (1 << 15); // towards zero
        return to_s8(rounding_divide_by_power_of_two(product, -p.shift), p.dst_zero, -128, 127);
    });
}

} // namespace nibble::reference
