// Two-dimensional convolution of s16 activations by s8 channel-wise weights, NHWC (conv2d_qs16_qs8).
// SPDX-License-Identifier: Apache-2.0
//
//   sum(o, x, y, b) = bia(o) + sum over taps and channels of wei(o, i, kx, ky) * src(channel of o's group, pixel, b)
//   dst             = clamp(rq(sum))
//
// in 64 bits by `reduced16`, or in 32, wrapping, by `double`. Taps meet places of a raster that has a source pixel at
// every up-th place; those without a pixel contribute nothing.
#include "generators/kernel.h"
#include "generators/panels.h"
#include "generators/requantize_reduced16.h"

namespace nibble {
namespace {

using namespace Halide;

class Conv2dS16 : public Kernel<Conv2dS16> {
public:
    static constexpr const char *operator_name = "conv2d_s16";

    Input<Buffer<int16_t, 4>> src{"src"};  // c, x, y, n
    Input<Buffer<int8_t, 4>> wei{"wei"};   // o, i, kx, ky
    Input<Buffer<void, 1>> bia{"bia"};     // o
    Input<Buffer<int32_t, 1>> mul{"mul"};  // o
    Input<Buffer<int32_t, 1>> shr{"shr"};  // o
    Output<Buffer<int16_t, 4>> dst{"dst"}; // o, x, y, n

    void configure() {
        bia.set_type(acc_type());
        if (!is_wide()) {
            shl = add_input<Buffer<int32_t, 1>>("shl"); // o
        }
    }

    void generate() {
        const int group_ci = at("ci") / at("groups"), group_co = at("co") / at("groups");
        RDom r(0, group_ci, 0, at("kw"), 0, at("kh"), "r");
        const Expr column = place(x, r.y, "w", "pad_left"), row = place(y, r.z, "h", "pad_top");
        restrict_to_pixels(r, column, "w");
        restrict_to_pixels(r, row, "h");
        const Expr channel = at("groups") == 1 ? Expr(r.x) : o / group_co * group_ci + r.x;
        Func sum("sum");
        sum(o, x, y, b) = bia(o);
        const Expr term =
            cast<int32_t>(wei(o, r.x, r.y, r.z)) * cast<int32_t>(src(channel, pixel(column, "w"), pixel(row, "h"), b));
        sum(o, x, y, b) += cast(acc_type(), term);
        const Expr value =
            is_wide() ? requantize_reduced16(sum(o, x, y, b), mul(o), shr(o)) : by_double(sum(o, x, y, b));
        dst(o, x, y, b) = cast<int16_t>(clamp(value, at("clamp_min"), at("clamp_max")));
        chosen_form = is_wide() ? "reduced16" : "q31";
        algorithm.funcs = {{"sum", sum}, {"dst", dst}};
        algorithm.domains["r"] = r;
        set_bounds();
    }

private:
    bool is_wide() { return at("acc_bits") == 64; }
    Type acc_type() { return Int(at("acc_bits")); }

    /// The place of a window's tap along one dimension.
    Expr place(const Expr &window, const Expr &tap, const std::string &extent, const char *pad) {
        return window * at("stride_" + extent) - at(pad) + tap * at("dilation_" + extent);
    }

    void restrict_to_pixels(RDom &r, const Expr &place, const std::string &extent) {
        const int up = at("up_" + extent);
        const int last = (at("o" + extent) - 1) * at("stride_" + extent) +
                         (at("k" + extent) - 1) * at("dilation_" + extent) - at(extent == "h" ? "pad_top" : "pad_left");
        const bool inside = at(extent == "h" ? "pad_top" : "pad_left") == 0 && last <= (at(extent) - 1) * up;
        if (!inside) {
            r.where(place >= 0 && place <= (at(extent) - 1) * up);
        }
        if (up > 1) {
            r.where(place % up == 0);
        }
    }

    /// The source's pixel at a place that has one.
    Expr pixel(const Expr &place, const std::string &extent) {
        const int up = at("up_" + extent);
        return unsafe_promise_clamped(up == 1 ? place : place / up, 0, at(extent) - 1);
    }

    /// ChannelForm's shifts in 64 bits: half away from zero, where a channel shifts right.
    Expr by_double(const Expr &sum) {
        const Expr shifted = cast<int32_t>(cast<uint32_t>(sum) << cast<uint32_t>((*shl)(o)));
        const Expr product =
            (cast<int64_t>(shifted) * cast<int64_t>(mul(o)) + Expr(int64_t{1} << 30)) >> Expr(uint64_t{31});
        const Expr places = cast<uint64_t>(shr(o)), half = (cast<int64_t>(1) << places) >> Expr(uint64_t{1});
        const Expr sign = max(product >> Expr(uint64_t{63}), -cast<int64_t>(shr(o)));
        return (product + half + sign) >> places;
    }

    void set_bounds() {
        const int co = at("co");
        set_dense(src, {at("ci"), at("w"), at("h"), at("n")});
        set_dense(wei, {co, at("ci") / at("groups"), at("kw"), at("kh")});
        set_packed(wei);
        set_dense(bia, {co});
        set_packed(bia);
        for (auto *factors : {static_cast<Input<Buffer<int32_t, 1>> *>(&mul), &shr, shl}) {
            if (factors != nullptr) {
                set_dense(*factors, {co});
                set_packed(*factors);
            }
        }
        set_dense(dst, {co, at("ow"), at("oh"), at("n")});
    }

    Input<Buffer<int32_t, 1>> *shl = nullptr;
    Var o{"o"}, x{"x"}, y{"y"}, b{"b"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Conv2dS16, conv2d_s16)
