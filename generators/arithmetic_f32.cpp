// Arithmetic of two operands in f32, dequantised before and perhaps quantised after (arithmetic_f32).
// SPDX-License-Identifier: Apache-2.0
//
//   value(t) = t where it is f32, else f32(t - zero) * scale
//   dst      = f(value(src0), value(src1)), or clamp(dst_zero + round(f(..) / dst_scale)), half to even
//
// Every step is one f32 operation: nothing is fused.
#include "runtime/reference/arithmetic_f32.h"
#include "generators/operands.h"
#include "generators/saturated.h"

namespace nibble {
namespace {

using namespace Halide;

class ArithmeticF32 : public OperandKernel<ArithmeticF32> {
public:
    static constexpr const char *operator_name = "arithmetic_f32";

    Output<Buffer<void, 4>> dst{"dst"}; // dimensions 3, 2, 1, 0 of the parameters' names

    std::vector<Operand> operands() { return {{"src0", element("src0"), 4}, {"src1", element("src1"), 4}}; }
    void set_output_types() { dst.set_type(stored_type(element("dst"))); }

    void generate() {
        set_operand("src0", extents("a"));
        set_operand("src1", extents("b"));
        set_dense(dst, extents("d"));
        const Expr result = strict_float(apply(value("src0", "a"), value("src1", "b")));
        const reference::Element type = element("dst");
        if (type.kind == reference::float_element) {
            dst(i, j, k, l) = result;
        } else {
            const Expr quotient = strict_float(result / scale_of("dst"));
            const Expr rounded = clamp(rounded_s32(quotient) + at("dst_zero"), at("clamp_min"), at("clamp_max"));
            dst(i, j, k, l) = cast(stored_type(type), rounded);
        }
        algorithm.funcs = {{"dst", dst}};
    }

private:
    std::vector<int> extents(const std::string &tensor) {
        return {at(tensor + "3"), at(tensor + "2"), at(tensor + "1"), at(tensor + "0")};
    }

    float scale_of(const std::string &name) {
        return reference::float_from_bits(static_cast<uint32_t>(at(name + "_scale_bits")));
    }

    /// The operand's real; its only element of a dimension serves the whole dimension.
    Expr value(const std::string &name, const std::string &prefix) {
        std::vector<Expr> place = {i, j, k, l};
        const std::vector<int> extent = extents(prefix);
        for (size_t d = 0; d < place.size(); d++) {
            if (extent[d] == 1) {
                place[d] = 0;
            }
        }
        if (element(name).kind == reference::float_element) {
            return real(name, place);
        }
        const Expr centred = integer(name, place) - at(name + "_zero");
        return strict_float(cast<float>(centred) * scale_of(name));
    }

    Expr apply(const Expr &a, const Expr &b) {
        switch (at("function")) {
        case reference::add_f32:
            return a + b;
        case reference::sub_f32:
            return a - b;
        case reference::mul_f32:
            return a * b;
        case reference::div_f32:
            return a / b;
        case reference::maximum_f32:
            return select(strict_float(a > b), a, b);
        default:
            return select(strict_float(a < b), a, b);
        }
    }

    Var i{"i"}, j{"j"}, k{"k"}, l{"l"}; // innermost to outermost
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::ArithmeticF32, arithmetic_f32)
