// Fully connected layer of groups: s8 activations, quantised here by row or before, and weights of 4 or 8 bits with a
// scale for each group of inputs, or for each output (fully_connected_qd8_qb4w).
// SPDX-License-Identifier: Apache-2.0
//
//   dot(c, x, g) = start(c, x, g) + sum over the k of group g of staged(k, x) * weights(k % 4, c, half, k / step)
//   sum(c, x, p) = sum over the groups of range p of f32(dot(c, x, g)) * scale(c, g), each product and sum rounded
//   dst(c, x)    = (sum over p of sum(c, x, p)) * row_scale(x) + bia(c), as f32, f16 or requantised
//
// weights are what the lowering multiplies (generators/group_lowering.h): with an offset, wei_offset * sum of staged is
// taken off in start, and so is what zero points make: those of the weights times that sum, that of the activations
// times the group's sum of weights, which is packed. Where groups have integer multipliers, sum is of dot * mult in
// s32, and scaled by channel at the end. All of staged is zero beyond k, whatever the weights are there.
#include <cmath>

#include "generators/group_lowering.h"
#include "generators/half.h"
#include "generators/kernel.h"
#include "generators/panels.h"
#include "generators/requantize_q31.h"
#include "generators/row_quantisation.h"
#include "runtime/reference/float_bits.h"

namespace nibble {
namespace {

using namespace Halide;

class FullyConnectedGroups : public Kernel<FullyConnectedGroups> {
public:
    static constexpr const char *operator_name = "fully_connected_groups";

    Input<Buffer<void, 2>> src{"src"};      // k, row
    Input<Buffer<void, 4>> wei{"wei"};      // k % 4, c % 16, k / step, c / 16
    Input<Buffer<float, 3>> scale{"scale"}; // c % 16, group, c / 16
    Input<Buffer<float, 1>> bia{"bia"};
    Output<Buffer<void, 2>> dst{"dst"}; // c, row

    void configure() {
        src.set_type(src_is_f32() ? Float(32) : Int(8));
        wei.set_type(form().packs_nibbles || form().unsigned_wei ? UInt(8) : Int(8));
        dst.set_type(at("dst_bits") == 32 ? Float(32) : at("dst_bits") == 16 ? UInt(16) : Int(8));
        if (at("multiplied") != 0) {
            mult = add_input<Buffer<int8_t, 3>>("mult");
        }
        if (at("src_zero") != 0) {
            zero_sums = add_input<Buffer<int32_t, 3>>("zero_sums");
        }
        if (at("wei_zeros") != 0) {
            zer = add_input<Buffer<int8_t, 3>>("zer");
        }
    }

    void generate() {
        products_are_rounded = true;
        stage_source();
        add_row_sums();
        unpack_weights();
        add_dots();
        add_sums();
        const Expr real = real_result();
        dst(c, x) = at("dst_bits") == 32 ? real : at("dst_bits") == 16 ? half_bits(real) : quantised(real);
        algorithm.funcs["dst"] = dst;
        set_bounds();
    }

private:
    GroupLowering form() { return group_lowering(lowering); }
    bool src_is_f32() { return at("src_is_f32") != 0; }
    int whole_k() { return round_up(at("k"), form().step()); }
    /// Inputs of a group as they are packed: only a group that is all of them is filled up.
    int group_length() { return whole_k() / at("groups"); }
    float real(const char *name) { return reference::float_from_bits(static_cast<uint32_t>(at(name))); }
    /// An element of an array that has a value for each group of a channel.
    template <typename T>
    Expr of_group(T &array, const Expr &group) {
        return array(c % form().panel, group, c / form().panel);
    }

    void stage_source() {
        Func rows("rows");
        Var e("e");
        if (src_is_f32()) {
            rows(e, x) = src(e, x);
            const QuantisedRows quantised = quantise_rows(rows, at("k"), whole_k(), Func("row_scale"), algorithm);
            staged = quantised.values;
            row_scale = quantised.scale;
            return;
        }
        staged = Func("staged");
        const auto value = [&](const Expr &i) { return s8_view(src(i, x)); };
        if (whole_k() == at("k")) {
            staged(e, x) = value(e);
        } else {
            RDom row(0, at("k"), "row");
            staged(e, x) = cast<int8_t>(0);
            staged(row, x) = value(row);
            algorithm.domains["row"] = row;
        }
        algorithm.funcs["staged"] = staged;
    }

    /// Sums of a group's staged values, by lanes first.
    void add_row_sums() {
        if (form().wei_offset() == 0 && zer == nullptr) {
            return;
        }
        int lanes = 16;
        while (group_length() % (4 * lanes) != 0) {
            lanes /= 2;
        }
        Func sum_lanes("sum_lanes");
        row_sum = Func("row_sum");
        RDom r(0, 4, 0, group_length() / (4 * lanes), "r"), lane(0, lanes, "lane");
        Var l("l");
        sum_lanes(l, g, x) = 0;
        sum_lanes(l, g, x) += cast<int32_t>(staged(g * group_length() + (r.y * lanes + l) * 4 + r.x, x));
        row_sum(g, x) = 0;
        row_sum(g, x) += sum_lanes(lane, g, x);
        row_term = Func("row_term");
        row_term(g, x) = -form().wei_offset() * row_sum(g, x);
        algorithm.funcs.insert({{"sum_lanes", sum_lanes}, {"row_sum", row_sum}, {"row_term", row_term}});
        algorithm.domains.insert({{"sum_steps", r}, {"sum_lane", lane}});
    }

    void unpack_weights() {
        Var j("j"), half("half"), step("step");
        weights = Func("weights");
        const Expr byte = wei(j, c % form().panel, step, c / form().panel);
        if (!form().packs_nibbles) {
            weights(j, c, half, step) = byte;
        } else if (form().unsigned_wei) {
            weights(j, c, half, step) = (byte >> cast<uint8_t>(4 * half)) & cast<uint8_t>(15);
        } else {
            weights(j, c, half, step) =
                reinterpret<int8_t>((byte << cast<uint8_t>(4 - 4 * half)) & cast<uint8_t>(0xf0));
        }
        algorithm.funcs["weights"] = weights;
    }

    /// What the products of a group are added to.
    Expr start(const Expr &group) {
        Expr value = form().wei_offset() == 0 ? Expr(0) : row_term(group, x);
        if (zer != nullptr) {
            value = value - cast<int32_t>(of_group(*zer, group)) * row_sum(group, x);
        }
        return zero_sums == nullptr ? value : value + of_group(*zero_sums, group);
    }

    void add_dots() {
        const int steps = group_length() / form().step();
        RDom r(0, 4, 0, form().halves(), 0, steps, "r");
        dots = Func("dots");
        dots(c, x, g) = start(g) << form().sum_shift();
        const Expr k = g * group_length() + (r.z * form().halves() + r.y) * 4 + r.x;
        dots(c, x, g) += cast<int32_t>(weights(r.x, c, r.y, g * steps + r.z)) * cast<int32_t>(staged(k, x));
        algorithm.funcs["dots"] = dots;
        algorithm.domains["r"] = r;
    }

    void add_sums() {
        const int range = at("groups") / at("k_split");
        RDom group(0, range, "group");
        Var p("p");
        const Expr which = p * range + group;
        const Expr dot = dots(c, x, which) >> form().sum_shift();
        sum = Func("sum");
        if (mult != nullptr) {
            sum(c, x, p) = 0;
            sum(c, x, p) += dot * cast<int32_t>(of_group(*mult, which));
        } else {
            sum(c, x, p) = 0.0f;
            const Expr product = strict_float(cast<float>(dot) * of_group(scale, which));
            sum(c, x, p) = strict_float(sum(c, x, p) + product);
        }
        algorithm.funcs["sum"] = sum;
        algorithm.domains["group"] = group;
    }

    Expr real_result() {
        Expr total = sum(c, x, 0);
        for (int p = 1; p < at("k_split"); p++) {
            total = mult != nullptr ? total + sum(c, x, p) : strict_float(total + sum(c, x, p));
        }
        if (mult != nullptr) {
            total = strict_float(cast<float>(total) * of_group(scale, 0));
        }
        const Expr row = src_is_f32() ? row_scale(x) : Expr(real("src_scale_bits"));
        const Expr value = strict_float(strict_float(total * row) + bia(c));
        const Expr above =
            std::isinf(real("clamp_min_bits")) ? value : strict_float(max(value, real("clamp_min_bits")));
        return std::isinf(real("clamp_max_bits")) ? above : strict_float(min(above, real("clamp_max_bits")));
    }

    Expr quantised(const Expr &value) {
        const Expr steps = strict_float(value * (1.0f / real("dst_scale_bits")));
        const Expr bounded = strict_float(min(max(steps, -512.0f), 512.0f));
        return s8_view(clamp_s8(nearest_integer(bounded) + at("dst_zero"), -128, 127));
    }

    void set_bounds() {
        const int panel = form().panel, panels = round_up(at("n"), panel) / panel;
        set_dense(src, {at("k"), at("m")});
        set_dense(wei, {4, panel, whole_k() / form().step(), panels});
        set_dense(scale, {panel, mult != nullptr ? 1 : at("groups"), panels});
        set_dense(bia, {panels * panel});
        set_dense(dst, {at("n"), at("m")});
        set_packed(wei);
        set_packed(scale);
        set_packed(bia);
        for (auto *array : {mult, zer}) {
            if (array != nullptr) {
                set_dense(*array, {panel, at("groups"), panels});
                set_packed(*array);
            }
        }
        if (zero_sums != nullptr) {
            set_dense(*zero_sums, {panel, at("groups"), panels});
            set_packed(*zero_sums);
        }
    }

    Input<Buffer<int8_t, 3>> *mult = nullptr, *zer = nullptr;
    Input<Buffer<int32_t, 3>> *zero_sums = nullptr;
    Func staged, row_scale, row_sum, row_term, weights, dots, sum;
    Var c{"c"}, x{"x"}, g{"g"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::FullyConnectedGroups, fully_connected_groups)
