// Softmax over rows of s16, by two tables of functions in Q0.15 (softmax_qs16).
// SPDX-License-Identifier: Apache-2.0
//
//   largest(row)    = max of src over the row
//   power(i, row)   = e^(src - largest): the difference, scaled to 65,536 arguments, looked up
//   total(row)      = sum of the powers, Q16.15
//   reciprocal(row) = 1 / total, looked up by the total brought to [1, 2) and rounded to 16 bits
//   dst             = power * reciprocal, half up
//
// A lookup joins neighbours of the table by a line. The numbers and roundings are those of
// runtime/reference/softmax_s16.cpp.
#include "generators/kernel.h"
#include "generators/panels.h"
#include "generators/requantize_q31.h"

namespace nibble {
namespace {

using namespace Halide;

class SoftmaxS16 : public Kernel<SoftmaxS16> {
public:
    static constexpr const char *operator_name = "softmax_s16";

    Input<Buffer<int16_t, 2>> src{"src"}; // element, row
    Input<Buffer<int16_t, 1>> exponentials{"exponentials"};
    Input<Buffer<int16_t, 1>> reciprocals{"reciprocals"};
    Output<Buffer<int16_t, 2>> dst{"dst"}; // element, row

    void generate() {
        set_bounds();
        RDom k(0, at("depth"), "k");
        Func largest("largest"), total("total"), headroom("headroom"), reciprocal("reciprocal");
        largest(row) = cast<int16_t>(-32768);
        largest(row) = max(largest(row), src(k, row));
        const auto power = [&](const Expr &element) {
            const Expr difference = cast<int32_t>(src(element, row)) - cast<int32_t>(largest(row));
            const Expr scaled = requantize_double(difference, at("multiplier"), at("shift"));
            return value_at(exponentials, max(scaled, -65535) + 32767);
        };
        total(row) = 0;
        total(row) += power(k);
        headroom(row) = cast<int32_t>(count_leading_zeros(cast<uint32_t>(total(row))));
        const Expr normal = cast<uint32_t>(total(row)) << cast<uint32_t>(headroom(row) - 1); // Q2.30
        const Expr rounded = cast<int32_t>((normal + (1 << 13)) >> 14);                      // Q2.16
        reciprocal(row) = value_at(reciprocals, min(rounded - (1 << 16) - (1 << 15), 32767));
        const Expr places = cast<uint32_t>(31 - headroom(row));
        const Expr product = power(i) * reciprocal(row);
        const Expr quotient = (product + (1 << (places - 1))) >> places;
        dst(i, row) = cast<int16_t>(clamp(quotient, 0, 32767));
        algorithm.funcs = {
            {"largest", largest}, {"total", total}, {"headroom", headroom}, {"reciprocal", reciprocal}, {"dst", dst}};
        algorithm.domains["k"] = k;
    }

private:
    /// The table's value at an argument of s16, half up, as int32.
    static Expr value_at(const Func &table, const Expr &argument) {
        const Expr place = unsafe_promise_clamped((argument >> 7) + 256, 0, 511);
        const Expr base = cast<int32_t>(table(place)), slope = cast<int32_t>(table(place + 1)) - base;
        return base + ((slope * (argument & 127) + 64) >> 7);
    }

    void set_bounds() {
        constexpr int table_values = 513;
        for (auto *table : {&exponentials, &reciprocals}) {
            set_dense(*table, {table_values});
            set_packed(*table);
        }
        set_dense(src, {at("depth"), at("rows")});
        set_dense(dst, {at("depth"), at("rows")});
    }

    Var i{"i"}, row{"row"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::SoftmaxS16, softmax_s16)
