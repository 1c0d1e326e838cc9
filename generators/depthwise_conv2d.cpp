// Depthwise 2-D convolution, NHWC, s8 or u8 activations, s8 or s4 weights by channel (depthwise_conv2d_qs8_qc8w,
// _qc4w). SPDX-License-Identifier: Apache-2.0
//
// Output channel c reads input channel c / channel_multiplier. The source is staged by blocks of 16 channels with its
// padding,
//
//   staged(k, x, c16, y) = channel c16 * 16 + k of padded pixel (x, y),
//
// so that neighbouring pixels of a block are 16 bytes apart and a row of taps is a run of bytes. Padding holds the
// source's zero point, which the folded bias turns into an exact zero. Lowerings:
//
//   windows4_u8s8  staged = src + 128 as u8, bia -= (src_zero + 128) * sum(wei). Four horizontal taps of a channel are
//   one
//                  32-bit word (kx = 4g in the low byte; zero beyond kw), four neighbouring pixels another:
//                    acc(c, x, y) = bia(c) + sum over ky, g of dot4(window(x*stride_w + 4g*dilation_w, ky), wei(c, ky *
//                    groups + g))
//   windows4_s8s8  the same with staged = src, bia -= src_zero * sum(wei); windows are made where outputs begin, of
//   every
//                  word_step-th pixel
//   columns4_s8s8  the same with words of four rows of a pixel (generators/depthwise_columns.h) in place of staged
//   rows.
//                  Output rows y begin with word v(y), p(y) rows before their taps:
//                    acc(c, x, y) = bia(c) + sum over i, kx of dot4(columns(x*stride_w + kx*dilation_w, v(y) + next*i),
//                    wei(c, (p(y) * words + i) * kw + kx))
//   taps_i16       staged = src as s16, bia -= src_zero * sum(wei):
//                    acc(c, x, y) = bia(c) + sum over ky, kx of staged(x*stride_w + kx*dilation_w, ky) * wei(c, ky * kw
//                    + kx)
//   taps2_s8       the same sum; where every weight less its zero point is in [-127, 127] (kernel parameter s16_sums),
//                  staged = src, and two taps' products of s8, at most 2 * 127 * 128 < 2^15 in size, are added in s16
//   selected_i16   the same, padding selected for each element
//   pairs_i16      the same sum by two taps, whose pixels and weights are s16 halves of words:
//                    pairs(px, row) = staged(px), staged(px + dilation_w)
//                    taps(c, ky * groups + g) = wei(c, ky * kw + 2g), wei(c, ky * kw + 2g + 1) or 0 beyond kw
//                    acc(c, x, y) = bia(c) + sum over ky, g of dot2(pairs(x*stride_w + 2g*dilation_w, ky), taps(c, ky *
//                    groups + g))
//                  staged = src; pairs are made where outputs begin: of every word_step-th pixel.
//
// Lowerings of 4-bit weights (generators/depthwise_lowering.h) multiply the same words or taps, Func "weights", once
// they are taken out of packed pairs (nibble_pack_depthwise4 in runtime/pack.h); zer has what each channel's nibbles
// have added then.
#include <numeric>

#include "generators/depthwise_columns.h"
#include "generators/depthwise_lowering.h"
#include "generators/depthwise_nibbles.h"
#include "generators/dot2.h"
#include "generators/dot4.h"
#include "generators/dot_lowering.h"
#include "generators/either.h"
#include "generators/kernel.h"
#include "generators/panels.h"
#include "generators/requantise_channels.h"
#include "runtime/pack.h"

namespace nibble {
namespace {

using namespace Halide;

class DepthwiseConv2d : public RequantisingKernel<DepthwiseConv2d> {
public:
    static constexpr const char *operator_name = "depthwise_conv2d";

    Input<Buffer<int8_t>> src{"src"};  // c, x, y, n; in columns: element
    Input<Buffer<void, 2>> wei{"wei"}; // c, window or tap
    Input<Buffer<int32_t, 1>> bia{"bia"};
    Output<Buffer<int8_t, 4>> dst{"dst"}; // c, x, y, n; in columns: c of as many neighbours as are one

    void configure() {
        src.set_dimensions(in_columns() ? 1 : 4);
        wei.set_type(packs_nibbles()       ? has_words(lowering) ? UInt(32) : UInt(8)
                           : has_words(lowering) ? Int(32)
                                           : Int(16));
        add_requantise_inputs();
        if (at("wei_zeros") != 0) {
            zer = add_input<Buffer<int32_t, 1>>("zer");
        }
    }

    void generate() {
        if (packs_nibbles()) {
            unpack_weights();
        }
        if (in_columns()) {
            generate_columns();
            return;
        }
        const Func staged = stage();
        Func acc("acc");
        acc(c, x, y, b) = windows4()   ? dot_windows(staged)
                          : in_pairs() ? dot_pairs(staged)
                          : s16_sums() ? dot_byte_taps(staged)
                                       : dot_taps(staged);
        dst(c, x, y, b) = s8_view(requantise(acc(c, x, y, b), c));
        algorithm.funcs.insert({{"staged", staged}, {"acc", acc}, {"dst", dst}});
        set_bounds();
    }

private:
    bool multiplies_as(const char *name) { return byte_lowering(lowering) == name; }
    bool windows4() { return unsigned_windows() || multiplies_as("windows4_s8s8"); }
    bool unsigned_windows() { return multiplies_as("windows4_u8s8"); }
    /// Whether padding is selected for each element, for schedules that stage no rows.
    bool selects() { return multiplies_as("selected_i16"); }
    bool in_columns() { return multiplies_as("columns4_s8s8"); }
    bool in_pairs() { return multiplies_as("pairs_i16"); }
    bool s16_sums() { return multiplies_as("taps2_s8") && at(s16_sums_name) != 0; }
    bool packs_nibbles() { return at("wei_bits") == 4; }
    /// Terms of the weights' zero point that windows are multiplied with, too.
    int zero_terms() { return packs_nibbles() ? 0 : at("wei_zeros"); }
    /// Taps that are multiplied in one word.
    int word_taps() { return windows4() ? 4 : in_pairs() ? 2 : 1; }
    /// Words of a row of taps.
    int groups() { return round_up(at("kw"), word_taps()) / word_taps(); }
    int padded_channels() { return round_up(at("co") * pixels(), panel_channels); }

    void unpack_weights() {
        Var i("i");
        if (has_words(lowering)) {
            const Expr zeros = zer == nullptr ? cast<uint32_t>(0x08080808) : reinterpret<uint32_t>((*zer)(c));
            weights(c, i) = unpack_word(wei(c, i / 2), i % 2, zeros);
        } else {
            const Expr zero = zer == nullptr ? cast<int16_t>(8) : cast<int16_t>((*zer)(c)&0xFF);
            weights(c, i) = unpack_tap(wei(c, i / 2), i % 2, zero);
        }
        algorithm.funcs["weights"] = weights;
    }

    /// Word or tap i of a channel.
    Expr weight(const Expr &i) { return packs_nibbles() ? Expr(weights(c, i)) : Expr(wei(c, i)); }

    /// The value that is staged for s8 value `value`.
    Expr stored(const Expr &value) {
        if (in_pairs() || s16_sums()) {
            return value;
        }
        if (windows4()) {
            return unsigned_windows() ? cast<uint8_t>(value) ^ cast<uint8_t>(128) : cast<uint8_t>(value);
        }
        return cast<int16_t>(value);
    }

    /// Rows are filled piece by piece, so that no test of x stands in the loop over pixels.
    Func stage() {
        const int taps = groups() * word_taps();
        const int read = (at("ow") - 1) * at("stride_w") + (taps - 1) * at("dilation_w") + 1;
        const int left = at("pad_left"), width = at("w"), height = at("h");
        Var k("k"), px("px"), c16("c16");
        Func staged("staged");
        const Expr zero = stored(cast<int8_t>(at("src_zero")));
        const Expr row = y - at("pad_top");
        const Expr inside = row >= 0 && row < height;
        const auto value = [&](const Expr &column) {
            Expr channel = c16 * panel_channels + k;
            if (at("co") % panel_channels != 0 && !selects()) {
                channel = likely_if_innermost(min(channel, at("co") - 1));
            }
            if (at("channel_multiplier") > 1) {
                channel = channel / at("channel_multiplier");
            }
            return stored(s8_view(src(channel, column, clamp(row, 0, height - 1), b)));
        };
        const int rows = (at("oh") - 1) * at("stride_h") + (at("kh") - 1) * at("dilation_h") + 1;
        const bool rows_outside = at("pad_top") > 0 || rows > at("pad_top") + height;
        if (selects()) {
            const bool beside = left > 0 || read > left + width;
            const Expr column = beside ? clamp(px - left, 0, width - 1) : px;
            const Expr outside = (beside && (px < left || px >= left + width)) || (rows_outside && !inside);
            staged(k, px, c16, y, b) = select(outside, zero, value(column));
            return staged;
        }
        staged(k, px, c16, y, b) = undef(zero.type());
        const auto fill = [&](const char *name, RDom columns, const Expr &pixel) {
            staged(k, columns, c16, y, b) = pixel;
            algorithm.domains[name] = columns;
        };
        if (left > 0) {
            fill("pad_left", RDom(0, left, "pad_left"), zero);
        }
        RDom source(left, width, "source");
        const Expr pixel = value(source - left);
        fill("source", source, rows_outside ? either(inside, pixel, zero) : pixel);
        if (read > left + width) {
            fill("pad_right", RDom(left + width, read - left - width, "pad_right"), zero);
        }
        return staged;
    }

    Expr pixel(const Func &staged, const Expr &px, const Expr &row) {
        return staged(c % panel_channels, px, c / panel_channels, row, b);
    }

    /// window(c, x, g, row) = the four pixels of group g that output column x reads in a staged row.
    Func gather_windows(const Func &staged) {
        const int step = at("dilation_w");
        Var g("g"), row("row");
        std::vector<Expr> bytes;
        for (int i = 0; i < 4; i++) {
            bytes.push_back(pixel(staged, x * at("stride_w") + (4 * g + i) * step, row));
        }
        Func window("window");
        window(c, x, g, row, b) = concat_bits(bytes);
        return window;
    }

    /// The pixels from one place where a word of taps may begin to the next.
    int word_step() { return std::gcd(at("stride_w"), word_taps() * at("dilation_w")); }
    /// Which of these places word g of an output's row of taps has.
    Expr word_place(int g) {
        return x * (at("stride_w") / word_step()) + g * (word_taps() * at("dilation_w") / word_step());
    }

    /// windows(k, q, c16, row) = the four pixels from place q on.
    Func stage_windows(const Func &staged) {
        Var k("k"), q("q"), c16("c16");
        const auto byte = [&](int i) { return staged(k, q * word_step() + i * at("dilation_w"), c16, y, b); };
        Func windows("windows");
        // Two by two: vectors of four bytes each are more than a shuffle of two vectors makes.
        windows(k, q, c16, y, b) = concat_bits({concat_bits({byte(0), byte(1)}), concat_bits({byte(2), byte(3)})});
        return windows;
    }

    Expr dot_windows(const Func &staged) {
        const Func window = unsigned_windows() ? gather_windows(staged) : stage_windows(staged);
        algorithm.funcs["window"] = window;
        const auto dot4 = unsigned_windows() ? dot4_u8s8 : dot4_s8s8;
        Expr total = bia(c);
        for (int ky = 0; ky < at("kh"); ky++) {
            for (int g = 0; g < groups(); g++) {
                const Expr row = y * at("stride_h") + ky * at("dilation_h");
                std::vector<Expr> taps = {weight(ky * groups() + g)};
                for (int term = 0; term < zero_terms(); term++) {
                    taps.push_back((*zer)(term * groups() + g));
                }
                const Expr word = unsigned_windows()
                                      ? window(c, x, g, row, b)
                                      : window(c % panel_channels, word_place(g), c / panel_channels, row, b);
                total = dot4(total, word, taps);
            }
        }
        return total;
    }

    /// taps(c, i): the weights of word i, from those of the operator.
    Func pair_taps() {
        Var i("i");
        Func taps("taps");
        const int kw = at("kw");
        const Expr first = i / groups() * kw + 2 * (i % groups());
        const Expr low = weight(first);
        Expr high = weight(first + 1);
        if (kw % 2 != 0) {
            const bool last_word = groups() == 1;
            high = last_word ? cast<int16_t>(0)
                             : select(i % groups() < groups() - 1, weight(min(first + 1, at("kh") * kw - 1)),
                                      cast<int16_t>(0));
        }
        taps(c, i) = reinterpret<int32_t>(concat_bits({cast<uint16_t>(low), cast<uint16_t>(high)}));
        algorithm.funcs["taps"] = taps;
        return taps;
    }

    Expr dot_pairs(const Func &staged) {
        Var k("k"), q("q"), c16("c16");
        Func pairs("pairs");
        const auto byte = [&](const Expr &px) { return staged(k, px, c16, y, b); };
        pairs(k, q, c16, y, b) = widened_pair(byte(q * word_step()), byte(q * word_step() + at("dilation_w")));
        algorithm.funcs["pairs"] = pairs;
        const Func taps = pair_taps();
        Expr total = bia(c);
        for (int ky = 0; ky < at("kh"); ky++) {
            for (int g = 0; g < groups(); g++) {
                const Expr row = y * at("stride_h") + ky * at("dilation_h");
                total = dot2_s16s16(total, pairs(c % panel_channels, word_place(g), c / panel_channels, row, b),
                                    taps(c, ky * groups() + g));
            }
        }
        return total;
    }

    void generate_columns() {
        Func view("view"), acc("acc");
        Var e("e");
        view(e) = s8_view(src(e));
        acc(c, x, y, b) = dot_columns(stage_columns(view, algorithm));
        dst(c, x, y, b) = s8_view(requantise(acc(c, x, y, b), c));
        algorithm.funcs.insert({{"acc", acc}, {"dst", dst}});
        set_bounds();
    }

    /// Neighbouring outputs that are computed as if they were one with the channels of all.
    int pixels() { return in_columns() ? at("pixels") : 1; }

    /// Arrays of words of taps: with and without a row before the taps.
    int column_sets() { return at("kh") % NIBBLE_WINDOW_TAPS == 0 ? 1 : 2; }

    Expr dot_columns(const Func &columns) {
        const ColumnWords words = column_words(attributes());
        const int block = column_block(attributes()), before = first_column(attributes());
        const Expr cb = block == at("co") ? 0 : c / block, k = block == at("co") ? c : c % block;
        const Expr first = first_column_word(attributes(), y), set = rows_before_taps(attributes(), y);
        Expr total = bia(c);
        for (int i = 0; i < words.per_row; i++) {
            for (int kx = 0; kx < at("kw"); kx++) {
                const Expr px = x * pixels() * at("stride_w") + kx * at("dilation_w");
                const Expr word = set * words.per_row + i;
                std::vector<Expr> taps = {weight(word * at("kw") + kx)};
                for (int term = 0; term < zero_terms(); term++) {
                    taps.push_back((*zer)(term * column_sets() * words.per_row + word));
                }
                total = dot4_s8s8(total, columns(before + px * block + k, cb, first + i * words.next, b), taps);
            }
        }
        return total;
    }

    /// The staged pixel under a tap.
    Expr under_tap(const Func &staged, int tap) {
        const int ky = tap / at("kw"), kx = tap % at("kw");
        return pixel(staged, x * at("stride_w") + kx * at("dilation_w"), y * at("stride_h") + ky * at("dilation_h"));
    }

    Expr dot_taps(const Func &staged) {
        Expr total = bia(c);
        for (int tap = 0; tap < at("kh") * at("kw"); tap++) {
            total += widening_mul(under_tap(staged, tap), weight(tap));
        }
        return total;
    }

    Expr dot_byte_taps(const Func &staged) {
        Var i("i");
        Func taps("taps");
        taps(c, i) = cast<int8_t>(weight(i));
        algorithm.funcs["taps"] = taps;
        const auto product = [&](int tap) { return widening_mul(under_tap(staged, tap), taps(c, tap)); };
        const int all = at("kh") * at("kw");
        Expr total = bia(c);
        for (int tap = 0; tap < all; tap += 2) {
            total += cast<int32_t>(tap + 1 < all ? product(tap) + product(tap + 1) : product(tap));
        }
        return total;
    }

    /// Words or taps of a channel.
    int weight_rows() {
        if (in_columns()) {
            return column_sets() * column_words(attributes()).per_row * at("kw");
        }
        return at("kh") * (windows4() ? groups() : at("kw"));
    }

    void set_bounds() {
        if (in_columns()) {
            set_dense(src, {at("ci") * at("w") * at("h") * at("n")});
        } else {
            set_dense(src, {at("ci"), at("w"), at("h"), at("n")});
        }
        const int rows = weight_rows();
        set_dense(wei, {padded_channels(), packs_nibbles() ? (rows + 1) / 2 : rows});
        set_packed(wei);
        set_dense(bia, {padded_channels()});
        set_packed(bia);
        requantise.set_bounds(padded_channels());
        if (zer != nullptr) {
            set_dense(*zer, {packs_nibbles() ? padded_channels()
                                             : zero_terms() * (in_columns() ? rows / at("kw") : groups())});
        }
        set_dense(dst, {at("co") * pixels(), at("ow") / pixels(), at("oh"), at("n")});
    }

    Input<Buffer<int32_t, 1>> *zer = nullptr;
    Func weights{"weights"};
    Var c{"c"}, x{"x"}, y{"y"}, b{"b"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::DepthwiseConv2d, depthwise_conv2d)
