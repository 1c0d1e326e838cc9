// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/arithmetic_f32.h"

namespace nibble::reference {
namespace {

float real_at(const QuantisedElement &operand, const void *data, int64_t i) {
    if (operand.type.kind == float_element) {
        return float_at(operand.type, data, i);
    }
    const auto centred = static_cast<int32_t>(integer_at(operand.type, data, i) - operand.zero);
    return static_cast<float>(centred) * float_from_bits(operand.scale_bits);
}

float apply(int64_t function, float a, float b) {
    switch (function) {
    case add_f32:
        return a + b;
    case sub_f32:
        return a - b;
    case mul_f32:
        return a * b;
    case div_f32:
        return a / b;
    case maximum_f32:
        return a > b ? a : b;
    default:
        return a < b ? a : b;
    }
}

} // namespace

void arithmetic_f32(const ArithmeticF32 &p, const void *src0, const void *src1, void *dst) {
    const std::array<int64_t, 4> &d = p.extents.dst;
    for (int64_t i = 0; i < d[0] * d[1] * d[2] * d[3]; ++i) {
        const std::array<int64_t, 4> index = {i / d[3] / d[2] / d[1], i / d[3] / d[2] % d[1], i / d[3] % d[2],
                                              i % d[3]};
        const float result = apply(p.function, real_at(p.src0, src0, operand_offset(p.extents.src0, index)),
                                   real_at(p.src1, src1, operand_offset(p.extents.src1, index)));
        if (p.dst.type.kind == float_element) {
            static_cast<float *>(dst)[i] = result;
        } else {
            const int64_t value = saturated(result / float_from_bits(p.dst.scale_bits), p.dst.zero, p.dst.type);
            store_integer(p.dst.type, dst, i, std::clamp(value, p.clamp_min, p.clamp_max));
        }
    }
}

} // namespace nibble::reference
