// f32 to integers of 4 to 16 bits, with scales that may come at run time (quantize_linear).
// SPDX-License-Identifier: Apache-2.0
//
//   dst(i) = saturate(zero(p) + round(src(i) / scale(p))), half to even, p the place of i's scale
//
// A byte of 4-bit elements is two of them, the first in the low half; an odd number leaves the last high half zero.
#include "generators/operands.h"
#include "generators/saturated.h"
#include "generators/scale_places.h"

namespace nibble {
namespace {

using namespace Halide;

class QuantizeLinear : public OperandKernel<QuantizeLinear> {
public:
    static constexpr const char *operator_name = "quantize_linear";

    Output<Buffer<void, 1>> dst{"dst"};

    std::vector<Operand> operands() {
        const reference::Element f32 = {reference::float_element, 32};
        return {{"src", f32, 1}, {"scale", f32, 1}, {"zero", element("dst"), 1}};
    }
    void set_output_types() { dst.set_type(stored_type(element("dst"))); }

    void generate() {
        const reference::Element type = element("dst");
        const int elements = at("outer") * at("channels") * at("inner");
        set_operand("src", {elements});
        set_operand("scale", {scale_count(attributes())});
        set_operand("zero", {scale_count(attributes())});
        set_dense(dst, {type.bits == 4 ? (elements + 1) / 2 : elements});
        Var i("i");
        if (type.bits == 4) {
            const Expr second = select(2 * i + 1 < elements, value(min(2 * i + 1, elements - 1)) & 15, 0);
            dst(i) = cast<uint8_t>((value(2 * i) & 15) | (second << 4));
        } else {
            dst(i) = cast(stored_type(type), value(i));
        }
        algorithm.funcs = {{"dst", dst}};
    }

private:
    Expr value(const Expr &i) {
        const Expr place = scale_place(attributes(), i);
        const Expr quotient = strict_float(real("src", {i}) / real("scale", {place}));
        return saturated(quotient, integer("zero", {place}), element("dst"));
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::QuantizeLinear, quantize_linear)
