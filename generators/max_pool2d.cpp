// Two-dimensional maximum pool, NHWC, s8 (max_pool2d_qs8), u8 (max_pool2d_qu8) or s16 (max_pool2d_qs16).
// SPDX-License-Identifier: Apache-2.0
//
//   most(c, x, y, b) = max of src over the window's pixels inside the source
//   dst              = clamp(most)
//
// A tap outside of the source is moved to its edge, which the window holds as well: maxima do not mind a pixel twice.
// u8 is compared as it is; the clamp comes from the s8 view.
#include "generators/kernel.h"
#include "generators/pool_windows.h"

namespace nibble {
namespace {

using namespace Halide;

class MaxPool2d : public Kernel<MaxPool2d> {
public:
    static constexpr const char *operator_name = "max_pool2d";

    Input<Buffer<void, 4>> src{"src"};  // c, x, y, n
    Output<Buffer<void, 4>> dst{"dst"}; // c, x, y, n

    void configure() {
        src.set_type(Int(at("bits")));
        dst.set_type(Int(at("bits")));
    }

    void generate() {
        const PoolWindows windows(attributes());
        set_dense(src, {at("c"), at("w"), at("h"), at("n")});
        set_dense(dst, {at("c"), at("ow"), at("oh"), at("n")});

        const Type type = u8() ? UInt(8) : Int(at("bits"));
        RDom r(0, at("kw"), 0, at("kh"), "r");
        const Expr column = moved_inside(windows.columns.first(x) + r.x, windows.columns);
        const Expr row = moved_inside(windows.rows.first(y) + r.y, windows.rows);
        Func most("most");
        most(c, x, y, b) = type.min();
        most(c, x, y, b) = max(most(c, x, y, b), cast(type, src(c, column, row, b)));
        dst(c, x, y, b) =
            cast(Int(at("bits")), clamp(most(c, x, y, b), bound(type, "clamp_min"), bound(type, "clamp_max")));

        algorithm.funcs = {{"most", most}, {"dst", dst}};
        algorithm.domains["r"] = r;
    }

private:
    bool u8() { return at("u8") != 0; }

    static Expr moved_inside(const Expr &position, const PoolAxis &axis) {
        return axis.padded() ? clamp(position, 0, axis.source - 1) : position;
    }

    Expr bound(const Type &type, const char *name) { return cast(type, at(name) + (u8() ? 128 : 0)); }

    Var c{"c"}, x{"x"}, y{"y"}, b{"b"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::MaxPool2d, max_pool2d)
