// Accumulators to integers of 8 or 16 bits, with scales that may come at run time (requantize_linear).
// SPDX-License-Identifier: Apache-2.0
//
//   dst(j, r) = saturate(zero + round(f32(src(j, r)) * (lhs_scale(r) * rhs_scale(j) / dst_scale))), half to even
#include "generators/operands.h"
#include "generators/saturated.h"

namespace nibble {
namespace {

using namespace Halide;

class RequantizeLinear : public OperandKernel<RequantizeLinear> {
public:
    static constexpr const char *operator_name = "requantize_linear";

    Output<Buffer<void, 2>> dst{"dst"}; // n, rows

    std::vector<Operand> operands() {
        const reference::Element scale = element("scale");
        return {{"src", element("src"), 2},
                {"lhs_scale", scale, 1},
                {"rhs_scale", scale, 1},
                {"dst_scale", scale, 1},
                {"zero", element("dst"), 1}};
    }
    void set_output_types() { dst.set_type(stored_type(element("dst"))); }

    void generate() {
        const int n = at("n"), rows = at("rows");
        set_operand("src", {n, rows});
        set_operand("lhs_scale", {at("lhs_rows") != 0 ? rows : 1});
        set_operand("rhs_scale", {at("rhs_columns") != 0 ? n : 1});
        set_operand("dst_scale", {1});
        set_operand("zero", {1});
        set_dense(dst, {n, rows});
        Var j("j"), r("r");
        const Expr lhs = real("lhs_scale", {at("lhs_rows") != 0 ? Expr(r) : Expr(0)});
        const Expr rhs = real("rhs_scale", {at("rhs_columns") != 0 ? Expr(j) : Expr(0)});
        const Expr factor = strict_float(strict_float(lhs * rhs) / real("dst_scale", {0}));
        const Expr product = strict_float(cast<float>(integer("src", {j, r})) * factor);
        dst(j, r) = cast(stored_type(element("dst")), saturated(product, integer("zero", {0}), element("dst")));
        algorithm.funcs = {{"dst", dst}};
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::RequantizeLinear, requantize_linear)
