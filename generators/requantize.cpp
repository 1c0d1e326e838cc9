// s8, u8, s16 or s32 to one of these, of another scale and zero point (requantize_qs8).
// SPDX-License-Identifier: Apache-2.0
//
//   dst = saturate(dst_zero + rq(src - src_zero)), rq by `double` rounding
//
// Between 8 bits it is a function of 256 values, and a line up to its roundings: the first form in the order of
// of_byte() that is found equal for every value, else the definition. Two of them are lowerings:
//
//   high_bytes_i16  WordForm, operands and results as high bytes of 16-bit words
//   pairs_u8s8      PairForm, a byte and a constant as the operands of a product of unsigned and signed pairs
//
// Wider numbers are scaled in 64 bits.
#include <cmath>

#include "generators/byte_forms.h"
#include "generators/kernel.h"
#include "generators/linear_expr.h"
#include "generators/requantize_q31.h"
#include "generators/requantize_wide.h"
#include "runtime/reference/requantize_math.h"

namespace nibble {
namespace {

using namespace Halide;

class Requantize : public Kernel<Requantize> {
public:
    static constexpr const char *operator_name = "requantize";

    Input<Buffer<void, 1>> src{"src"};
    Output<Buffer<void, 1>> dst{"dst"};

    void configure() {
        src.set_type(Int(at("src_bits")));
        dst.set_type(Int(at("dst_bits")));
    }

    void generate() {
        set_dense(src, {at("elements")});
        set_dense(dst, {at("elements")});
        dst(i) = at("src_bits") == 8 && at("dst_bits") == 8 ? of_byte() : wide();
        algorithm.funcs = {{"dst", dst}};
    }

private:
    Expr value() { return at("src_bits") == 8 ? flip_sign(src(i), at("src_u8") != 0) : Expr(src(i)); }

    Expr of_byte() {
        const NearlyLinear wanted = function();
        Expr result;
        if (const auto words = lowering.value() == "high_bytes_i16" ? find_word_form(wanted) : std::nullopt) {
            chosen_form = "words";
            result = byte_form_s8(BentForm<WordForm>{*words, wanted.bend}, value());
        } else if (const auto pairs = lowering.value() == "pairs_u8s8" ? find_pair_form(wanted) : std::nullopt) {
            chosen_form = "pairs";
            result = byte_form_s8(BentForm<PairForm>{*pairs, wanted.bend}, value());
        } else if (const auto narrow = find_narrow_form(wanted)) {
            chosen_form = "narrow";
            result = narrow_s8(*narrow, value(), wanted.bend, wanted.least, wanted.most);
        } else if (const auto linear = find_linear_form(wanted)) {
            chosen_form = "linear";
            result = linear_s8(*linear, value(), Expr(), wanted.bend, wanted.least, wanted.most);
        } else {
            chosen_form = "q31";
            const Expr difference = cast<int32_t>(value()) - at("src_zero");
            const Expr scaled = requantize_double(difference, at("multiplier"), at("shift")) + at("dst_zero");
            result = clamp_s8(scaled, wanted.least, wanted.most);
        }
        return flip_sign(result, at("dst_u8") != 0);
    }

    Expr wide() {
        const Expr difference = cast<int32_t>(value()) - at("src_zero");
        const Expr scaled = requantize_wide(difference, at("multiplier"), at("shift")) + at("dst_zero");
        if (at("dst_bits") > 8) {
            return saturating_cast(Int(at("dst_bits")), scaled);
        }
        return flip_sign(cast<int8_t>(clamp(scaled, -128, 127)), at("dst_u8") != 0);
    }

    NearlyLinear function() {
        NearlyLinear wanted;
        wanted.slope_a = std::ldexp(at("multiplier"), at("shift") - 31);
        wanted.offset = at("dst_zero") - at("src_zero") * wanted.slope_a;
        // The first of the two roundings is coarse here: the difference has no fraction bits.
        wanted.bend = at("src_zero");
        wanted.value = [this](int a, int) {
            const int32_t value = reference::requantize_double(a - at("src_zero"), at("multiplier"), at("shift"));
            return reference::to_s8(value, at("dst_zero"), -128, 127);
        };
        return wanted;
    }

    Var i{"i"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Requantize, requantize)
