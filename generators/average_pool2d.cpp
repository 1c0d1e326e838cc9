// Two-dimensional average pool, NHWC, s8 (average_pool2d_qs8), u8 (average_pool2d_qu8) or s16 (average_pool2d_qs16).
// SPDX-License-Identifier: Apache-2.0
//
//   sum(c, x, y, b)   = sum of src over the window's pixels inside the source; in 16 bits where these hold it
//   count(x, y)       = how many pixels that are: rows times columns
//   dst               = clamp(sum / count), half away from zero, by generators/rounded_division.h
//
// u8 is summed as it is, for its halves go up, and comes to the s8 view for the clamp: 128 less in what is added before
// the shift.
#include "generators/kernel.h"
#include "generators/opaque.h"
#include "generators/pool_windows.h"
#include "generators/requantize_q31.h"
#include "generators/rounded_division.h"

namespace nibble {
namespace {

using namespace Halide;

class AveragePool2d : public Kernel<AveragePool2d> {
public:
    static constexpr const char *operator_name = "average_pool2d";

    Input<Buffer<void, 4>> src{"src"};  // c, x, y, n
    Output<Buffer<void, 4>> dst{"dst"}; // c, x, y, n

    void configure() {
        src.set_type(Int(at("bits")));
        dst.set_type(Int(at("bits")));
    }

    void generate() {
        const PoolWindows windows(attributes());
        const int64_t most = s16() ? RoundedDivision::most_s16_count : RoundedDivision::most_count;
        if (windows.pixels() > most) {
            throw std::invalid_argument("average_pool2d: found a window of " + std::to_string(windows.pixels()) +
                                        " pixels, expected at most " + std::to_string(most));
        }
        set_dense(src, {at("c"), at("w"), at("h"), at("n")});
        set_dense(dst, {at("c"), at("ow"), at("oh"), at("n")});

        RDom r(0, at("kw"), 0, at("kh"), "r");
        const Expr column = windows.columns.first(x) + r.x, row = windows.rows.first(y) + r.y;
        if (windows.padded()) {
            r.where(column >= 0 && column < at("w") && row >= 0 && row < at("h"));
        }
        constexpr int most_16_bit_count = 256; // of -128 or 255 each
        const Type wide = Int(32), narrow = u8() ? UInt(16) : Int(16);
        const Type sum_type = !s16() && windows.pixels() <= most_16_bit_count ? narrow : wide;
        Func sum("sum");
        sum(c, x, y, b) = cast(sum_type, 0);
        const Expr value = src(c, inside(column, "w"), inside(row, "h"), b);
        sum(c, x, y, b) += cast(sum_type, u8() ? cast<uint8_t>(value) : value);
        const Expr mean = average(sum(c, x, y, b), windows);
        dst(c, x, y, b) = s8_view(clamp_to_bits(mean, at("bits"), at("clamp_min"), at("clamp_max")));

        algorithm.funcs = {{"sum", sum}, {"dst", dst}};
        algorithm.domains["r"] = r;
    }

private:
    bool u8() { return at("u8") != 0; }
    bool s16() { return at("bits") == 16; }

    /// `position` where only positions of the source are asked for.
    Expr inside(const Expr &position, const char *extent) {
        return unsafe_promise_clamped(position, 0, at(extent) - 1);
    }

    Expr average(const Expr &sum, const PoolWindows &windows) {
        const int64_t offset = u8() ? 128 : 0;
        const int64_t most_narrow = u8() ? RoundedDivision::most_narrow_u8_count : RoundedDivision::most_narrow_count;
        if (!s16() && windows.pixels() <= most_narrow) {
            constexpr int shr = RoundedDivision::narrow_shr;
            const auto rnd = static_cast<int32_t>((int64_t{1} << (shr - 1)) - (offset << shr));
            return shift_right(cast<int32_t>(sum) * reciprocal<int32_t>(shr, windows) + opaque(rnd), shr);
        }
        const int shr = s16() ? RoundedDivision::s16_shr : RoundedDivision::wide_shr;
        const int64_t rnd = (int64_t{1} << (shr - 1)) - (offset << shr);
        const Expr scaled = cast<int64_t>(sum) * reciprocal<int64_t>(shr, windows);
        return cast<int32_t>((scaled + Expr(rnd)) >> shr);
    }

    /// Of the position's count: looked up where borders make counts differ.
    template <typename T>
    Expr reciprocal(int shr, const PoolWindows &windows) {
        const auto pixels = static_cast<int>(windows.pixels());
        if (!windows.padded()) {
            return Expr(static_cast<T>(RoundedDivision::reciprocal(pixels, shr)));
        }
        Buffer<T> reciprocals(pixels + 1, "reciprocals");
        reciprocals(0) = 0; // every window has a pixel inside
        for (int count = 1; count <= pixels; count++) {
            reciprocals(count) = static_cast<T>(RoundedDivision::reciprocal(count, shr));
        }
        const Expr count = windows.columns.inside(x) * windows.rows.inside(y);
        return reciprocals(unsafe_promise_clamped(count, 0, pixels));
    }

    Var c{"c"}, x{"x"}, y{"y"}, b{"b"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::AveragePool2d, average_pool2d)
