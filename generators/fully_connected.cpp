// Fully connected layer, s8 or u8 activations, s8 or s4 weights by output (fully_connected_qs8_qc8w, _qc4w).
// SPDX-License-Identifier: Apache-2.0
//
//   acc(c, x) = bia(c) + sum over k of operand(k, x) * wei(k % p, c % l, k / p, c / l)
//
// x is the row of the source [m][k], c the output; operand is staged. The lowerings, their p and l, the nibbles of
// 4-bit weights and the zero_term of weights with a zero point are those of conv2d.
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
    Input<Buffer<void, 4>> wei{"wei"};   // k % p, c % l, k / p, c / l
    Input<Buffer<int32_t, 1>> bia{"bia"};
    Output<Buffer<int8_t, 2>> dst{"dst"}; // c, row

    void configure() {
        wei.set_type(packed_type(dot_lowering(lowering)));
        add_requantise_inputs();
        auto *zer = at("wei_zeros") != 0 ? add_input<Buffer<int32_t, 1>>("zer") : nullptr;
        zeros = WeightZeros(dot_lowering(lowering), zer, at("wei_zeros") == zero_by_channel);
    }

    void generate() {
        const DotLowering form = dot_lowering(lowering, attributes());
        const int whole_k = round_up(at("k"), form.packed_products());
        Var e("e"), b("b");
        Func rows("rows");
        rows(e, x, b) = s8_view(src(e, x));
        const Func staged = stage_rows(rows, {at("k"), at("m"), 0, 0, 0, form, whole_k, at("m")}, algorithm);

        const DotReduction reduction = {form, whole_k};
        RDom r(0, reduction.extent(), "r");
        Func acc("acc"), operand("operand");
        Var k("k");
        operand(k, x) = staged(k, x, 0);
        const Expr base = zeros.are_zero() ? Expr(bia(c)) : bia(c) + zeros.of(c) * zero_term(staged)(x);
        const Func nibbles = form.packs_nibbles() ? unpack_nibbles(form) : Func();
        acc(c, x) = form.sum_shift() != 0 ? 0 : base;
        const auto source = [&](const Expr &i) { return operand(i, x); };
        const auto weight = [&](const Expr &place, const Expr &group) {
            return form.packs_nibbles() ? nibbles(place, c, group % 2, group / 2)
                                        : wei(place, c % form.panel, group, c / form.panel);
        };
        if (form.s16_steps > 0) {
            Var block("block");
            const Func sums = reduction.s16_sums({c, x, block}, block, source, weight, algorithm);
            acc(c, x) += cast<int32_t>(sums(r % 2, c, x, r / 2));
        } else {
            acc(c, x) += reduction.term(r, source, weight);
        }
        const Expr sum = form.sum_shift() != 0 ? (acc(c, x) >> form.sum_shift()) + base : Expr(acc(c, x));
        dst(c, x) = s8_view(requantise_staged({c, x}, sum, c));

        algorithm.funcs.insert({{"staged", staged}, {"operand", operand}, {"acc", acc}, {"wei", wei}, {"dst", dst}});
        algorithm.domains["r"] = r;
        set_bounds(form, whole_k / form.packed_products());
    }

private:
    Func unpack_nibbles(const DotLowering &form) {
        Var place("place"), half("half"), pair("pair");
        Func nibbles("nibbles");
        const auto byte = [&](const Expr &i) { return wei(i, c % form.panel, pair, c / form.panel); };
        nibbles(place, c, half, pair) = nibble(byte, place, half, form);
        algorithm.funcs["nibbles"] = nibbles;
        return nibbles;
    }

    Func zero_term(const Func &staged) {
        const bool by_words = dot_lowering(lowering).unsigned_wei && sums_by_words(at("k"), false);
        const auto element = [&](const Expr &row, const Expr &channel, const Expr &, const Expr &) {
            return staged(channel, row, 0);
        };
        const Expr row_sum = by_words ? sum_pixels_by_words(element, at("k"), false, algorithm)(x, 0, 0, 0)
                                      : sum_pixels(staged, at("k"), 1, algorithm)(0, x, 0, 0);
        Func term("zero_term");
        term(x) = zeros.shared() * row_sum;
        algorithm.funcs["zero_term"] = term;
        return term;
    }

    void set_bounds(const DotLowering &form, int groups) {
        const int panels = round_up(at("n"), form.panel) / form.panel;
        set_dense(src, {at("k"), at("m")});
        set_dense(wei, {form.products, form.panel, groups, panels});
        set_packed(wei);
        set_dense(bia, {panels * form.panel});
        set_packed(bia);
        requantise.set_bounds(panels * form.panel);
        zeros.set_bounds(panels * form.panel);
        set_dense(dst, {at("n"), at("m")});
    }

    WeightZeros zeros;
    Var c{"c"}, x{"x"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::FullyConnected, fully_connected)
