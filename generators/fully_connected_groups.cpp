// Fully connected layer of f32 rows quantised in the kernel, 4- or 8-bit weights by group (fully_connected_qd8_qb4w).
// SPDX-License-Identifier: Apache-2.0
//
//   largest(x)     = largest |src(k, x)|; NaN counts as 0, an infinity as the largest number of its sign
//   staged(k, x)   = s8 of src(k, x) * (127 / largest(x)), half to even
//   row_sum(g, x)  = sum of staged over group g
//   acc(c, x, g)   = -offset * row_sum(g, x) + sum over the group's k of staged(k, x) * wei(k % 4, c % 16, k / 4, c /
//   16) sum(c, x, s)   = sum over the groups g of part s, upwards, of f32(acc(c, x, g)) * scale(c % 16, g, c / 16)
//   dst(c, x)      = (sum over s, upwards, of sum(c, x, s)) * row_scale(x) + bia(c)
//
// Weights are unsigned, `offset` added: 128, or 8 to those of 4 bits, which are nibbles of packed pairs of groups of
// four (nibble_pack_panels4 in runtime/pack.h). That takes no constants beside the scales. Every product and sum of
// floats is rounded by itself.
#include <limits>

#include "generators/kernel.h"
#include "generators/panels.h"

namespace nibble {
namespace {

using namespace Halide;

class FullyConnectedGroups : public Kernel<FullyConnectedGroups> {
public:
    static constexpr const char *operator_name = "fully_connected_groups";

    Input<Buffer<float, 2>> src{"src"};     // k, row
    Input<Buffer<uint8_t, 4>> wei{"wei"};   // k % 4, c % 16, pair of groups of four or group, c / 16
    Input<Buffer<float, 3>> scale{"scale"}; // c % 16, g, c / 16
    Input<Buffer<float, 1>> bia{"bia"};
    Output<Buffer<float, 2>> dst{"dst"}; // c, row

    void generate() {
        const DotLowering form = dot_lowering("dot_s8u" + std::to_string(at("wei_bits")));
        const int group = at("group"), groups = at("k") / group, parts = at("k_split");
        quantize_rows(round_up(at("k"), form.packed_products()));

        Var g("g"), s("s");
        const int steps = round_up(group, form.packed_products()) / form.products;
        RDom r(0, form.products, 0, steps, "r"), gg(0, groups / parts, "groups");
        Func acc("acc"), sum("sum");
        const Func nibbles = form.packs_nibbles() ? unpack_nibbles() : Func();
        const Expr step = g * (group / form.products) + r.y;
        const Expr weight = form.packs_nibbles() ? nibbles(r.x, c, step % 2, step / 2)
                                                 : wei(r.x, c % panel_channels, step, c / panel_channels);
        acc(c, x, g) = -form.wei_offset() * row_sum(g, x);
        acc(c, x, g) += cast<int32_t>(weight) * cast<int32_t>(staged(step * form.products + r.x, x));
        const Expr place = s * (groups / parts) + gg;
        const Expr scaled =
            strict_float(cast<float>(acc(c, x, place)) * scale(c % panel_channels, place, c / panel_channels));
        sum(c, x, s) = 0.0f;
        sum(c, x, s) = strict_float(sum(c, x, s) + scaled);
        Expr total = sum(c, x, 0);
        for (int part = 1; part < parts; part++) {
            total = strict_float(total + sum(c, x, part));
        }
        dst(c, x) = strict_float(strict_float(total * row_scale(x)) + bia(c));

        algorithm.funcs.insert({{"acc", acc}, {"sum", sum}, {"dst", dst}});
        algorithm.domains.insert({{"r", r}, {"groups", gg}});
        set_bounds(form, groups);
    }

private:
    void quantize_rows(int whole_k) {
        constexpr int lanes = 16; // largest values that are found side by side
        const int k = at("k"), group = at("group");
        Var l("l"), e("e"), g("g");
        RDom run(0, (k + lanes - 1) / lanes, "run"), across(0, lanes, "across"), members(0, group, "members");
        Func largests("largests"), largest("largest"), inverse("inverse");
        const auto number = [&](const Expr &value) {
            const Expr most = std::numeric_limits<float>::max();
            return select(strict_float(is_nan(value)), 0.0f, strict_float(min(max(value, -most), most)));
        };
        // The last elements count twice where lanes are left over.
        largests(l, x) = 0.0f;
        largests(l, x) = strict_float(max(largests(l, x), abs(number(src(min(run * lanes + l, k - 1), x)))));
        largest(x) = 0.0f;
        largest(x) = strict_float(max(largest(x), largests(across, x)));
        const Expr counts = strict_float(largest(x) >= 0x1p-120f);
        inverse(x) = select(counts, strict_float(127.0f / largest(x)), 0.0f);
        row_scale(x) = select(counts, strict_float(largest(x) * (1.0f / 127)), 0.0f);

        // Adding 1.5 * 2^23 rounds half to even, and leaves the integer in the lower bits.
        const Expr value = whole_k > k ? src(min(e, k - 1), x) : src(e, x);
        const Expr steps = strict_float(number(value) * inverse(x));
        const Expr rounded = reinterpret<int32_t>(strict_float(steps + 0x1.8p23f)) - 0x4B400000;
        staged(e, x) = cast<int8_t>(rounded);
        row_sum(g, x) = 0;
        row_sum(g, x) += cast<int32_t>(staged(g * group + members, x));
        algorithm.funcs.insert({{"largests", largests},
                                {"largest", largest},
                                {"inverse", inverse},
                                {"row_scale", row_scale},
                                {"staged", staged},
                                {"row_sum", row_sum}});
        algorithm.domains.insert({{"run", run}, {"across", across}, {"members", members}});
    }

    Func unpack_nibbles() {
        Var place("place"), half("half"), pair("pair");
        Func nibbles("nibbles");
        const Expr byte = wei(place, c % panel_channels, pair, c / panel_channels);
        nibbles(place, c, half, pair) = (byte >> cast<uint8_t>(4 * half)) & cast<uint8_t>(0x0F);
        algorithm.funcs["nibbles"] = nibbles;
        return nibbles;
    }

    void set_bounds(const DotLowering &form, int groups) {
        const int panels = round_up(at("n"), panel_channels) / panel_channels;
        const int bytes = round_up(at("k"), form.packed_products()) / form.packed_products();
        set_dense(src, {at("k"), at("m")});
        set_dense(wei, {form.products, panel_channels, bytes, panels});
        set_packed(wei);
        set_dense(scale, {panel_channels, groups, panels});
        set_packed(scale);
        set_dense(bia, {panels * panel_channels});
        set_packed(bia);
        set_dense(dst, {at("n"), at("m")});
    }

    Func staged{"staged"}, row_sum{"row_sum"}, row_scale{"row_scale"};
    Var c{"c"}, x{"x"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::FullyConnectedGroups, fully_connected_groups)
