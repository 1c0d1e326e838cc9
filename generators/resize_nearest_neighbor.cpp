// Two-dimensional resize by the nearest pixel, NHWC.
// SPDX-License-Identifier: Apache-2.0
//
//   dst(c, x, y, b) = src(c, column(x), row(y), b)        column, row: tables
#include "runtime/reference/resize_nearest_neighbor.h"

#include "generators/kernel.h"
#include "generators/resize_parameters.h"

namespace nibble {
namespace {

using namespace Halide;

class ResizeNearestNeighbor : public Kernel<ResizeNearestNeighbor> {
public:
    static constexpr const char *operator_name = "resize_nearest_neighbor";

    Input<Buffer<void, 4>> src{"src"};  // c, x, y, n
    Output<Buffer<void, 4>> dst{"dst"}; // c, x, y, n

    void configure() {
        src.set_type(UInt(at("bits")));
        dst.set_type(UInt(at("bits")));
    }

    void generate() {
        set_dense(src, {at("c"), at("w"), at("h"), at("n")});
        set_dense(dst, {at("c"), at("ow"), at("oh"), at("n")});
        Var c("c"), x("x"), y("y"), b("b");
        dst(c, x, y, b) = src(c, position(x, "w", "ow"), position(y, "h", "oh"), b);
        algorithm.funcs = {{"dst", dst}};
    }

private:
    Expr position(const Expr &output, const char *extent, const char *outputs) {
        const reference::Resize2d p = resize_parameters(attributes());
        Buffer<int32_t> positions(at(outputs));
        for (int i = 0; i < at(outputs); i++) {
            positions(i) = static_cast<int32_t>(reference::nearest_position(p, i, at(extent), at(outputs)));
        }
        return unsafe_promise_clamped(positions(output), 0, at(extent) - 1);
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::ResizeNearestNeighbor, resize_nearest_neighbor)
