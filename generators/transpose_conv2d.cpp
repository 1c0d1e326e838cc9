// Transposed 2-D convolution, NHWC, s8 or u8 activations, s8 weights by channel (transpose_conv2d_qs8_qc8w).
// SPDX-License-Identifier: Apache-2.0
//
// Output column ox has place t = ox + pad_left = q * stride_w + phase. The taps kx = j * stride_w + phase are the ones
// that reach it, from source columns q - j; so the outputs of a phase are a convolution of stride 1, and its row of
// taps, backwards, is one run of taps_w * ci bytes of the source. Rows go likewise. With x = q less the first q,
//
//   acc(c, x, phase, y) = bia(c, phase, row phase) + sum over row tap, k of
//       staged(x*ci + k, row of y + row tap) * wei(k % p, c % 16, k / p, row tap, c / 16, phase, row phase)
//   rows(c, x, phase, y) = acc, requantised
//   dst(c, ox, y)        = rows(c, t / stride_w - first q, t % stride_w, y)
//
// Taps beyond the window are zero weights. The lowerings and their p are those of conv2d; the bias has the zero point
// folded in for each phase's own taps.
#include "generators/kernel.h"
#include "generators/panels.h"
#include "generators/requantise_channels.h"

namespace nibble {
namespace {

using namespace Halide;

class TransposeConv2d : public RequantisingKernel<TransposeConv2d> {
public:
    static constexpr const char *operator_name = "transpose_conv2d";

    Input<Buffer<int8_t, 3>> src{"src"};  // x * ci + c, y, n
    Input<Buffer<int8_t, 7>> wei{"wei"};  // k % p, c % 16, k / p, row tap, c / 16, phase, row phase
    Input<Buffer<int32_t, 3>> bia{"bia"}; // c, phase, row phase
    Output<Buffer<int8_t, 4>> dst{"dst"}; // c, x, y, n

    void configure() { add_requantise_inputs(); }

    void generate() {
        const int ci = at("ci"), stride_h = at("stride_h"), stride_w = at("stride_w");
        const int first_x = at("pad_left") / stride_w, first_y = at("pad_top") / stride_h;
        const int columns = (at("pad_left") + at("ow") - 1) / stride_w - first_x + 1;
        const int lines = (at("pad_top") + at("oh") - 1) / stride_h - first_y + 1;
        const DotLowering form = dot_lowering(lowering, attributes());
        const int products = form.products, whole_length = round_up(at("taps_w") * ci, products);
        const RowStaging borders = {
            at("w") * ci,   at("h"), (at("taps_w") - 1 - first_x) * ci, at("taps_h") - 1 - first_y,
            at("src_zero"), form,    (columns - 1) * ci + whole_length, lines + at("taps_h") - 1};
        Var e("e");
        Func view("view");
        view(e, y, b) = s8_view(src(e, y, b));
        const Func staged = stage_rows(view, borders, algorithm);

        const DotReduction reduction = {form, whole_length};
        RDom r(0, reduction.extent(), 0, at("taps_h"), "r");
        Func acc("acc"), operand("operand"), rows("rows");
        Var k("k"), ky("ky");
        const Expr line = (y + at("pad_top")) / stride_h - first_y, row_phase = (y + at("pad_top")) % stride_h;
        operand(k, x, ky, y, b) = staged(x * ci + k, line + ky, b);
        acc(c, x, phase, y, b) = bia(c, phase, row_phase);
        acc(c, x, phase, y, b) += reduction.term(
            r.x, [&](const Expr &i) { return operand(i, x, r.y, y, b); },
            [&](const Expr &place, const Expr &group) {
                return wei(place, c % panel_channels, group, r.y, c / panel_channels, phase, row_phase);
            });
        rows(c, x, phase, y, b) = s8_view(requantise(acc(c, x, phase, y, b), c));
        const Expr place = x + at("pad_left");
        dst(c, x, y, b) = rows(c, place / stride_w - first_x, place % stride_w, y, b);

        algorithm.funcs = {{"staged", staged}, {"operand", operand}, {"acc", acc},
                           {"wei", wei},       {"dst", rows},        {"interleaved", dst}};
        algorithm.domains["r"] = r;
        set_bounds(products, whole_length / products);
    }

private:
    void set_bounds(int products, int groups) {
        const int panels = round_up(at("co"), panel_channels) / panel_channels;
        const int stride_h = at("stride_h"), stride_w = at("stride_w");
        set_dense(src, {at("w") * at("ci"), at("h"), at("n")});
        set_dense(wei, {products, panel_channels, groups, at("taps_h"), panels, stride_w, stride_h});
        set_packed(wei);
        set_dense(bia, {panels * panel_channels, stride_w, stride_h});
        set_packed(bia);
        requantise.set_bounds(panels * panel_channels);
        set_dense(dst, {at("co"), at("ow"), at("oh"), at("n")});
    }

    Var c{"c"}, x{"x"}, y{"y"}, b{"b"}, phase{"phase"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::TransposeConv2d, transpose_conv2d)
