// 2-D convolution of integers whose accumulators come out (conv_integer).
// SPDX-License-Identifier: Apache-2.0
//
//   sum(o, x, y, b) = bia(o) + sum over taps i, j and channels c of
//                     (src(g + c, x * stride_w - pad_left + j * dilation_w, ..) - src_zero) * (wei(o, c, j, i) -
//                     wei_zero(o))
//
// where g is the first channel of o's group. A tap outside of the source counts as nothing.
#include "generators/operands.h"

namespace nibble {
namespace {

using namespace Halide;

class ConvInteger : public OperandKernel<ConvInteger> {
public:
    static constexpr const char *operator_name = "conv_integer";

    Output<Buffer<void, 4>> dst{"dst"}; // co, ow, oh, n

    std::vector<Operand> operands() {
        const reference::Element src = element("src"), wei = element("wei");
        return {{"src", src, 4},
                {"wei", wei, 4},
                {"src_zero", src, 1},
                {"wei_zero", wei, 1},
                {"bia", {reference::signed_element, 32}, 1}};
    }
    void set_output_types() { dst.set_type(stored_type(element("dst"))); }

    void generate() {
        const int depth = at("ci") / at("groups"), co = at("co");
        const bool wei_zeros = at("wei_zeros") != 0;
        set_operand("src", {at("ci"), at("w"), at("h"), at("n")});
        set_operand("wei", {co, depth, at("kw"), at("kh")});
        set_operand("src_zero", {1});
        set_operand("wei_zero", {wei_zeros ? co : 1});
        set_operand("bia", {co});
        set_dense(dst, {co, at("ow"), at("oh"), at("n")});
        RDom r(0, depth, 0, at("kw"), 0, at("kh"), "r");
        const Expr wei = integer("wei", {o, r.x, r.y, r.z}) - integer("wei_zero", {wei_zeros ? Expr(o) : Expr(0)});
        Func sum("sum");
        const Type type = stored_type(element("dst")), wrapping = type.with_code(halide_type_uint);
        sum(o, x, y, b) = cast(wrapping, integer("bia", {o}));
        sum(o, x, y, b) += cast(wrapping, source(r)) * cast(wrapping, wei);
        dst(o, x, y, b) = cast(type, sum(o, x, y, b));
        algorithm.funcs = {{"sum", sum}, {"dst", dst}};
    }

private:
    /// The centred source under a tap, 0 outside.
    Expr source(const RDom &r) {
        const int depth = at("ci") / at("groups");
        const Expr first = at("groups") == 1 ? Expr(0) : o / (at("co") / at("groups")) * depth;
        const Expr column = x * at("stride_w") - at("pad_left") + r.y * at("dilation_w");
        const Expr row = y * at("stride_h") - at("pad_top") + r.z * at("dilation_h");
        const Expr inside = column >= 0 && column < at("w") && row >= 0 && row < at("h");
        const Expr value = integer("src", {first + r.x, clamp(column, 0, at("w") - 1), clamp(row, 0, at("h") - 1), b});
        return select(inside, value - integer("src_zero", {0}), 0);
    }

    Var o{"o"}, x{"x"}, y{"y"}, b{"b"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::ConvInteger, conv_integer)
