// Fully connected layer, s8 or u8 activations, s8 weights by output (fully_connected_qs8_qc8w).
// SPDX-License-Identifier: Apache-2.0
//
//   acc(c, x) = bia(c) + sum over k of operand(k, x) * wei(k % p, c % 16, k / p, c / 16)
//
// x is the row of the source [m][k], c the output; operand is staged. The lowerings, their p, and the zero_term of
// weights with a zero point, are those of conv2d.
#include "generators/kernel.h"
#include "generators/panels.h"
#include "generators/requantise_channels.h"

namespace nibble {
namespace {

using namespace Halide;

class FullyConnected : public RequantisingKernel<FullyConnected> {
public:
    static constexpr const char *operator_name = "fully_connected";

    Input<Buffer<int8_t, 2>> src{"src"}; // k, row
    Input<Buffer<int8_t, 4>> wei{"wei"}; // k % p, c % 16, k / p, c / 16
    Input<Buffer<int32_t, 1>> bia{"bia"};
    Output<Buffer<int8_t, 2>> dst{"dst"}; // c, row

    void configure() {
        add_requantise_inputs();
        if (at("wei_zeros") != 0) {
            zer = add_input<Buffer<int32_t, 1>>("zer");
        }
    }

    void generate() {
        const DotLowering form = dot_lowering(lowering);
        const int products = form.products, whole_k = round_up(at("k"), products);
        Var e("e"), b("b");
        Func rows("rows");
        rows(e, x, b) = s8_view(src(e, x));
        const Func staged = stage_rows(rows, {at("k"), at("m"), 0, 0, 0, form, whole_k, at("m")}, algorithm);

        RDom r(0, whole_k, "r");
        Func acc("acc"), operand("operand");
        Var k("k");
        operand(k, x) = staged(k, x, 0);
        acc(c, x) = zer == nullptr ? Expr(bia(c)) : bia(c) + zero_term(staged)(x);
        acc(c, x) += cast<int32_t>(operand(r, x)) *
                     cast<int32_t>(wei(r % products, c % panel_channels, r / products, c / panel_channels));
        dst(c, x) = s8_view(requantise(acc(c, x), c));

        algorithm.funcs.insert({{"staged", staged}, {"operand", operand}, {"acc", acc}, {"wei", wei}, {"dst", dst}});
        algorithm.domains["r"] = r;
        set_bounds(products, whole_k / products);
    }

private:
    Func zero_term(const Func &staged) {
        const Func row_sum = sum_pixels(staged, at("k"), 1, algorithm);
        Func term("zero_term");
        term(x) = (*zer)(0) * row_sum(0, x, 0, 0);
        algorithm.funcs["zero_term"] = term;
        return term;
    }

    void set_bounds(int products, int groups) {
        const int panels = round_up(at("n"), panel_channels) / panel_channels;
        set_dense(src, {at("k"), at("m")});
        set_dense(wei, {products, panel_channels, groups, panels});
        set_packed(wei);
        set_dense(bia, {panels * panel_channels});
        set_packed(bia);
        requantise.set_bounds(panels * panel_channels);
        if (zer != nullptr) {
            set_dense(*zer, {1});
        }
        set_dense(dst, {at("n"), at("m")});
    }

    Input<Buffer<int32_t, 1>> *zer = nullptr;
    Var c{"c"}, x{"x"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::FullyConnected, fully_connected)
