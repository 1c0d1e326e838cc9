// 2-D convolution, NHWC, s8 or u8 activations, s8 or s4 weights by channel (conv2d_qs8_qc8w, _qc4w).
// SPDX-License-Identifier: Apache-2.0
//
// A row of the source is one run of bytes: element e = x * ci + c. The kw * ci bytes under a kernel row are contiguous
// where dilation_w is 1 and there is one group, so they are reduced as one segment of that length; otherwise each of
// the kw taps is a segment of the group's ci / groups bytes. Segments are rounded up to whole groups of p: the
// weights there are zero, whatever bytes they meet.
//
//   operand(k, x, t, ky, y, g) =
//       staged(x*stride_w*ci + t*dilation_w*ci + g*ci/groups + k, y*stride_h + ky*dilation_h)
//   acc(c, x, y, g) = bia(o) + sum over ky, segment t, k of
//       operand(k, x, t, ky, y, g) * wei(k % p, c % l, k / p, t, ky, c / l, g)
//
// where o = g * co / groups + c is the output, p the products of a lane: 4, in dot_s16s16 and dot2_s8s8 2, and l the
// channels of a panel: 16, in dot_s8u8 32.
//
// staged is the source row with its padding: the source's zero point, which the folded bias turns into an exact zero.
// Where the lowering wants words aligned and those of some columns of a run are not, operand reads copies of staged
// that begin later (AlignedColumns).
//
// Weights with a zero point (kernel parameter wei_zeros 1) add zero_term to acc, the same for all channels of a group:
//
//   pixel_sum(px, y, g)  = sum over the group's channels of staged pixel px
//   row_sum(x, y, g)     = sum over kx of pixel_sum(x * stride_w + kx * dilation_w, y, g)
//   zero_term(x, y, g)   = zer * sum over ky of row_sum(x, y * stride_h + ky * dilation_h, g),   zer = -wei_zero
//
// 4-bit weights may have one for each channel (wei_zeros 2), by which the term is multiplied then. They lie two to a
// byte (nibble_pack_panels4 in runtime/pack.h), and
//
//   nibbles(i, c, h, j, t, ky, g) = nibble h of wei(i, c % l, j, t, ky, c / l, g),   group 2j + h of the reduction
//
// is what acc multiplies: times 16 where that spares an instruction (NibbleForm::shifted), and acc >> 4 is added to
// the bias and zero_term then. 16 * 8 * 255 = 128 * 255: sums are no larger than those of 8-bit weights.
//
// Lowerings differ in what staged holds, and so in what the bias has folded in:
//   dot_u8s8  staged = src ^ 0x80 = src + 128 as u8; bia -= (src_zero + 128) * sum(wei)
//   dot_s8u8  wei = weight + 128 as u8, and so zer = -wei_zero - 128, always there; staged as in dot_s8s8
//   dot_s8s8, dot2_s8s8, dot_s16s16  staged = src, as s16 in the last; bia -= src_zero * sum(wei)
//   dot_u8s4, dot_s8s4, dot_s8u4, dp4a_s8s4  the same with nibbles; dot_s8u4 has 8 added to a weight, not 128
//   dot2_u8s4  dot_u8s4 with products summed in s16 first (DotReduction::s16_sums)
//   dp4a_s8s8             the same values, padding selected for each element
#include "generators/kernel.h"
#include "generators/panels.h"
#include "generators/requantise_channels.h"

namespace nibble {
namespace {

using namespace Halide;

class Conv2d : public RequantisingKernel<Conv2d> {
public:
    static constexpr const char *operator_name = "conv2d";

    Input<Buffer<int8_t, 3>> src{"src"}; // x * ci + c, y, n
    Input<Buffer<void, 7>> wei{"wei"};   // k % p, c % l, k / p, segment, ky, c / l, g
    Input<Buffer<int32_t, 1>> bia{"bia"};
    Output<Buffer<int8_t, 5>> dst{"dst"}; // c, x, y, n, g

    void configure() {
        wei.set_type(packed_type(dot_lowering(lowering)));
        add_requantise_inputs();
        auto *zer = at("wei_zeros") != 0 ? add_input<Buffer<int32_t, 1>>("zer") : nullptr;
        zeros = WeightZeros(dot_lowering(lowering), zer, at("wei_zeros") == zero_by_channel);
    }

    void generate() {
        const int groups = at("groups"), ci = at("ci"), group_ci = ci / groups, kh = at("kh"), kw = at("kw"),
                  oh = at("oh"), ow = at("ow");
        const int stride_h = at("stride_h"), stride_w = at("stride_w");
        const int dilation_h = at("dilation_h"), dilation_w = at("dilation_w");
        const bool contiguous = dilation_w == 1 && groups == 1;
        const int segments = contiguous ? 1 : kw;
        const int length = contiguous ? kw * ci : group_ci;
        const DotLowering form = dot_lowering(lowering, attributes());
        const int products = form.products, whole_length = round_up(length, form.packed_products());

        const int read_elements =
            (ow - 1) * stride_w * ci + (segments - 1) * dilation_w * ci + (groups - 1) * group_ci + whole_length;
        const int read_rows = (oh - 1) * stride_h + (kh - 1) * dilation_h + 1;
        const RowStaging rows = {at("w") * ci,   at("h"), at("pad_left") * ci, at("pad_top"),
                                 at("src_zero"), form,    read_elements,       read_rows};
        Var e("e");
        Func view("view");
        view(e, y, b) = s8_view(src(e, y, b));
        // Schedules that select pixels want the taps of a run apart, each with all its channels.
        const bool taps_apart = form.selects && contiguous && ci % form.packed_products() == 0;
        const int taps = taps_apart ? kw : segments, tap_length = taps_apart ? ci : whole_length;
        const AlignedColumns columns = {stride_w * ci, products};
        const bool copies = form.aligned_words && contiguous && columns.copies() > 1;
        const int step_bytes = products * form.panel; // of a panel's weights: a vector
        const Func words = copies ? copy_words(view, rows, columns, step_bytes, algorithm) : Func();
        const Func staged = copies         ? first_copy(words)
                            : form.selects ? select_elements(view, rows, whole_length)
                                           : stage_rows(view, rows, algorithm);

        const DotReduction reduction = {form, tap_length};
        RDom r(0, reduction.extent(), 0, taps, 0, kh, "r");
        Func acc("acc"), operand("operand");
        Var k("k"), t("t"), ky("ky");
        const Expr row = y * stride_h + ky * dilation_h;
        if (form.selects) {
            const bool runs = contiguous && !taps_apart;
            const Expr column = x * stride_w + (runs ? k / ci : t * dilation_w);
            operand(k, x, t, ky, y, b, g) = pixel(runs ? k % ci : g * group_ci + k, column, row, b);
        } else if (copies) {
            operand(k, x, t, ky, y, b, g) = words(columns.element(x) + k, columns.copy(x), row, b);
        } else {
            operand(k, x, t, ky, y, b, g) =
                staged(x * (stride_w * ci) + t * (dilation_w * ci) + g * group_ci + k, row, b);
        }
        const Expr o = g * (at("co") / groups) + c;
        const Expr base = zeros.are_zero() ? Expr(bia(o)) : bia(o) + zeros.of(o) * zero_term(staged)(x, y, b, g);
        const Func nibbles = form.packs_nibbles() ? unpack_nibbles(form) : Func();
        acc(c, x, y, b, g) = form.sum_shift() != 0 ? 0 : base;
        const auto source_at = [&](const Expr &i, const Expr &tap, const Expr &row_tap) {
            return operand(i, x, tap, row_tap, y, b, g);
        };
        const auto weight_at = [&](const Expr &place, const Expr &group, const Expr &tap, const Expr &row_tap) {
            const int per_byte = form.packs_nibbles() ? 2 : 1, tap_bytes = ci / (products * per_byte);
            const Expr place_in_run = taps_apart ? tap * tap_bytes + group / per_byte : group / per_byte;
            const Expr segment = taps_apart ? Expr(0) : tap;
            return form.packs_nibbles() ? nibbles(place, c, group % 2, place_in_run, segment, row_tap, g)
                                        : wei(place, c % form.panel, place_in_run, segment, row_tap, c / form.panel, g);
        };
        if (form.s16_steps > 0) {
            Var block("block");
            const Func sums = reduction.s16_sums(
                {c, x, block, t, ky, y, b, g}, block, [&](const Expr &i) { return source_at(i, t, ky); },
                [&](const Expr &place, const Expr &group) { return weight_at(place, group, t, ky); }, algorithm);
            acc(c, x, y, b, g) += cast<int32_t>(sums(r.x % 2, c, x, r.x / 2, r.y, r.z, y, b, g));
        } else {
            acc(c, x, y, b, g) += reduction.term(
                r.x, [&](const Expr &i) { return source_at(i, r.y, r.z); },
                [&](const Expr &place, const Expr &group) { return weight_at(place, group, r.y, r.z); });
        }

        const Expr total = acc(c, x, y, b, g);
        const Expr sum = form.sum_shift() != 0 ? (total >> form.sum_shift()) + base : total;
        dst(c, x, y, b, g) = s8_view(requantise_staged({c, x, y, b, g}, sum, o));

        algorithm.funcs.insert({{"operand", operand}, {"acc", acc}, {"wei", wei}, {"dst", dst}});
        if (!copies) {
            algorithm.funcs["staged"] = staged;
        }
        algorithm.domains["r"] = r;
        set_bounds(form, whole_length / form.packed_products(), segments);
    }

private:
    Func unpack_nibbles(const DotLowering &form) {
        Var place("place"), half("half"), pair("pair"), t("t"), ky("ky");
        Func nibbles("nibbles");
        const auto byte = [&](const Expr &i) { return wei(i, c % form.panel, pair, t, ky, c / form.panel, g); };
        nibbles(place, c, half, pair, t, ky, g) = nibble(byte, place, half, form);
        algorithm.funcs["nibbles"] = nibbles;
        return nibbles;
    }

    /// The copy that begins where the row does.
    Func first_copy(const Func &words) {
        Func row("row");
        Var e("e");
        row(e, y, b) = words(e, 0, y, b);
        return row;
    }

    /// staged as a pure Func of the source's pixels, "pixel".
    Func select_elements(const Func &view, RowStaging rows, int whole_length) {
        const int ci = at("ci"), group_ci = ci / at("groups");
        rows.read_channels = whole_length > group_ci ? ci - group_ci + whole_length : ci;
        pixel = select_pixels(view, rows, ci);
        Func staged("staged");
        Var e("e");
        staged(e, y, b) = pixel(e % ci, e / ci, y, b);
        return staged;
    }

    Func zero_term(const Func &staged) {
        const bool by_words = dot_lowering(lowering).unsigned_wei && at("groups") == 1 && sums_by_words(at("ci"), true);
        const auto element = [&](const Expr &px, const Expr &channel, const Expr &row, const Expr &image) {
            return staged(px * at("ci") + channel, row, image);
        };
        const Func pixel_sum = by_words ? sum_pixels_by_words(element, at("ci"), true, algorithm)
                                        : sum_pixels(staged, at("ci"), at("groups"), algorithm);
        Func row_sum("row_sum"), term("zero_term");
        Expr along_row = 0, along_column = 0;
        for (int kx = 0; kx < at("kw"); kx++) {
            along_row += pixel_sum(x * at("stride_w") + kx * at("dilation_w"), y, b, g);
        }
        row_sum(x, y, b, g) = along_row;
        for (int ky = 0; ky < at("kh"); ky++) {
            along_column += row_sum(x, y * at("stride_h") + ky * at("dilation_h"), b, g);
        }
        term(x, y, b, g) = zeros.shared() * along_column;
        algorithm.funcs.insert({{"row_sum", row_sum}, {"zero_term", term}});
        return term;
    }

    void set_bounds(const DotLowering &form, int groups, int segments) {
        const int n = at("n"), oh = at("oh"), ow = at("ow"), co = at("co");
        const int taken = at("groups"), group_co = co / taken;
        const int panels = round_up(group_co, form.panel) / form.panel;
        set_dense(src, {at("w") * at("ci"), at("h"), at("n")});
        set_dense(wei, {form.products, form.panel, groups, segments, at("kh"), panels, taken});
        set_packed(wei);
        const int padded_channels = taken * panels * form.panel;
        set_dense(bia, {padded_channels});
        set_packed(bia);
        requantise.set_bounds(padded_channels);
        zeros.set_bounds(padded_channels);
        set_strided(dst, {{group_co, 1}, {ow, co}, {oh, ow * co}, {n, oh * ow * co}, {taken, group_co}});
    }

    WeightZeros zeros;
    Func pixel;
    Var c{"c"}, x{"x"}, y{"y"}, b{"b"}, g{"g"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Conv2d, conv2d)
