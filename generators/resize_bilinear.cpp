// Two-dimensional bilinear resize, NHWC, s8 (resize_bilinear_qs8) or u8 (resize_bilinear_qu8).
// SPDX-License-Identifier: Apache-2.0
//
// Each output has two rows and two columns, lower and upper, and lies dy and dx from the lower ones: tables. s8 in
// integers, distances in units of 1/1024, so that sums stay within s32:
//
//   across(row) = src(lower column) * (1024 - dx) + src(upper column) * dx
//   sum         = across(lower row) * (1024 - dy) + across(upper row) * dy
//   dst         = sum / 2^20, half away from zero: (sum + 2^19 + (sum >> 31)) >> 20
//
// u8 in f32, products and sums in TFLite's order and rounded one by one.
#include "runtime/reference/resize_bilinear.h"

#include "generators/kernel.h"
#include "generators/resize_parameters.h"

namespace nibble {
namespace {

using namespace Halide;

/// The tables of one dimension at an output's position.
struct Taps {
    Expr lower, upper; ///< source positions
    Expr from_upper;   ///< 1 less the distance
    Expr from_lower;   ///< the distance
};

class ResizeBilinear : public Kernel<ResizeBilinear> {
public:
    static constexpr const char *operator_name = "resize_bilinear";

    Input<Buffer<int8_t, 4>> src{"src"};  // c, x, y, n
    Output<Buffer<int8_t, 4>> dst{"dst"}; // c, x, y, n

    void generate() {
        set_dense(src, {at("c"), at("w"), at("h"), at("n")});
        set_dense(dst, {at("c"), at("ow"), at("oh"), at("n")});
        dst(c, x, y, b) = at("u8") != 0 ? in_f32() : in_s32();
        algorithm.funcs = {{"dst", dst}};
    }

private:
    Expr in_s32() {
        constexpr int bits = reference::bilinear_bits;
        const Taps rows = taps<int32_t>(y, "h", "oh", 1 << bits), columns = taps<int32_t>(x, "w", "ow", 1 << bits);
        const auto across = [&](const Expr &row) {
            return cast<int32_t>(src(c, columns.lower, row, b)) * columns.from_upper +
                   cast<int32_t>(src(c, columns.upper, row, b)) * columns.from_lower;
        };
        const Expr sum = across(rows.lower) * rows.from_upper + across(rows.upper) * rows.from_lower;
        return cast<int8_t>((sum + (1 << (2 * bits - 1)) + (sum >> 31)) >> (2 * bits));
    }

    Expr in_f32() {
        const Taps rows = taps<float>(y, "h", "oh", 1.0f), columns = taps<float>(x, "w", "ow", 1.0f);
        const auto pixel = [&](const Expr &row, const Expr &column) {
            return cast<float>(cast<uint8_t>(src(c, column, row, b)));
        };
        Expr sum = pixel(rows.lower, columns.lower) * rows.from_upper * columns.from_upper;
        sum = sum + pixel(rows.upper, columns.lower) * rows.from_lower * columns.from_upper;
        sum = sum + pixel(rows.lower, columns.upper) * rows.from_upper * columns.from_lower;
        sum = sum + pixel(rows.upper, columns.upper) * rows.from_lower * columns.from_lower;
        return s8_view(cast<int8_t>(cast<int32_t>(strict_float(sum + 0.5f)) - 128));
    }

    template <typename Distance>
    Taps taps(const Expr &output, const char *extent, const char *outputs, Distance one) {
        const reference::Resize2d p = resize_parameters(attributes());
        Buffer<int32_t> lower(at(outputs)), upper(at(outputs));
        Buffer<Distance> from_upper(at(outputs)), from_lower(at(outputs));
        for (int i = 0; i < at(outputs); i++) {
            const auto tap = reference::bilinear_tap<Distance>(p, i, at(extent), at(outputs));
            lower(i) = static_cast<int32_t>(tap.lower);
            upper(i) = static_cast<int32_t>(tap.upper);
            from_upper(i) = one - tap.distance;
            from_lower(i) = tap.distance;
        }
        const int last = at(extent) - 1;
        return {unsafe_promise_clamped(lower(output), 0, last), unsafe_promise_clamped(upper(output), 0, last),
                from_upper(output), from_lower(output)};
    }

    Var c{"c"}, x{"x"}, y{"y"}, b{"b"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::ResizeBilinear, resize_bilinear)
