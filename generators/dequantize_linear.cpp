// Integers of 4 to 32 bits to f32, with scales that may come at run time (dequantize_linear).
// SPDX-License-Identifier: Apache-2.0
#include "generators/operands.h"
#include "generators/scale_places.h"

namespace nibble {
namespace {

using namespace Halide;

class DequantizeLinear : public OperandKernel<DequantizeLinear> {
public:
    static constexpr const char *operator_name = "dequantize_linear";

    Output<Buffer<float, 1>> dst{"dst"};

    std::vector<Operand> operands() {
        return {{"src", element("src"), 1}, {"scale", {reference::float_element, 32}, 1}, {"zero", element("src"), 1}};
    }
    void set_output_types() {}

    void generate() {
        const int elements = at("outer") * at("channels") * at("inner");
        set_operand("src", {elements});
        set_operand("scale", {scale_count(attributes())});
        set_operand("zero", {scale_count(attributes())});
        set_dense(dst, {elements});
        Var i("i");
        const Expr place = scale_place(attributes(), i);
        const Expr centred = wrapping_difference(integer("src", {i}), integer("zero", {place}));
        dst(i) = strict_float(cast<float>(centred) * real("scale", {place}));
        algorithm.funcs = {{"dst", dst}};
    }

private:
    /// The difference of two s32 modulo 2^32, which Halide leaves open for signed numbers.
    static Expr wrapping_difference(const Expr &a, const Expr &b) {
        return cast<int32_t>(cast<uint32_t>(a) - cast<uint32_t>(b));
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::DequantizeLinear, dequantize_linear)
