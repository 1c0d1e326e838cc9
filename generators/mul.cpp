// Elementwise product of two s8, u8 or s16 tensors with scales of their own (mul_qs8, mul_qs16).
// SPDX-License-Identifier: Apache-2.0
//
//   acc = (src0 - src0_zero) * (src1 - src1_zero)      at most 255^2 in size, of s16 2^30
//   dst = clamp(dst_zero + acc * factor)
//
// The factor is applied in f32 where that is proven equal to the definition for every such acc, whether or not the
// product and the sum are fused; else, and always in lowering `s32`, as `double` rounding does.
#include "generators/binary.h"
#include "generators/opaque.h"
#include "generators/requantise_one.h"
#include "generators/requantize_f32.h"
#include "generators/requantize_q31.h"
#include "runtime/reference/float_bits.h"

namespace nibble {
namespace {

using namespace Halide;

class Mul : public Binary<Mul> {
public:
    static constexpr const char *operator_name = "mul";

    void generate() {
        const Expr acc = difference(0) * difference(1);
        chosen_form = at("in_f32") != 0 ? "f32" : "q31";
        dst(i, j, k, l) = s8_view(at("in_f32") != 0 ? in_f32(acc) : requantise_one(acc, attributes()));
        finish();
    }

private:
    Expr difference(size_t source) { return cast<int32_t>(operand(source)) - at(name(source) + "_zero"); }

    Expr in_f32(const Expr &acc) {
        const auto f32 = [this](const char *bits) {
            return Expr(reference::float_from_bits(static_cast<uint32_t>(at(bits))));
        };
        const Expr value =
            requantize_f32(acc, f32("scale_bits"), f32("half_bits"), opaque(at("zero")), at("half_has_sign") != 0);
        return clamp_s8(value, at("clamp_min"), at("clamp_max"));
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Mul, mul)
