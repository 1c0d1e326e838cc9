// Softmax over rows of s8 or u8, in fixed point (softmax_qs8).
// SPDX-License-Identifier: Apache-2.0
//
//   largest(row) = max of src over the row
//   exponential  = e^(src - largest) in Q0.31: one of 256 values, so a constant table by largest - src
//   total(row)   = sum of the exponentials in Q12.19
//   scale(row)   = 1 / (total brought to [1, 2) by `headroom` places), Q0.31
//   dst          = scale * exponential, shifted back and to a scale of 1/256, -128, or 1/65536, -32768
//
// Differences below diff_min count as no probability: the table has zeros there. The numbers and roundings are those of
// runtime/reference/softmax.cpp; all of them are positive but the terms of Newton's method.
#include "runtime/reference/softmax.h"
#include "generators/fixed_point.h"
#include "generators/kernel.h"
#include "generators/requantize_q31.h"

namespace nibble {
namespace {

using namespace Halide;

constexpr int total_bits = 12; // integer bits of the total

class Softmax : public Kernel<Softmax> {
public:
    static constexpr const char *operator_name = "softmax";

    Input<Buffer<int8_t, 2>> src{"src"}; // element, row
    Output<Buffer<void, 2>> dst{"dst"};  // element, row

    void configure() { dst.set_type(Int(at("dst_bits"))); }

    void generate() {
        set_dense(src, {at("depth"), at("rows")});
        set_dense(dst, {at("depth"), at("rows")});
        const Buffer<int32_t> exponentials = table();
        RDom k(0, at("depth"), "k");
        Func largest("largest"), total("total"), headroom("headroom"), scale("scale");

        largest(row) = cast<int8_t>(-128);
        largest(row) = max(largest(row), s8_view(src(k, row)));
        const auto exponential = [&](const Expr &element) {
            const Expr below = cast<int32_t>(largest(row)) - cast<int32_t>(s8_view(src(element, row)));
            return exponentials(unsafe_promise_clamped(below, 0, 255));
        };
        total(row) = cast<uint32_t>(0);
        // In u32: half may take the largest exponential past s32.
        total(row) += (cast<uint32_t>(exponential(k)) + (1 << (total_bits - 1))) >> total_bits;
        headroom(row) = cast<int32_t>(count_leading_zeros(total(row)));
        // The leading one is dropped: what is left is the fraction of 1 + x.
        const Expr fraction = cast<int32_t>(total(row) << cast<uint32_t>(headroom(row))) & INT32_MAX;
        scale(row) = reciprocal_of_one_plus(fraction);

        // Half up; where more than 31 places are to go, nothing is left.
        const Expr places = min(total_bits - headroom(row) + 31 - at("dst_bits") - 1, 31);
        const Expr probability = ((mul_q31(exponential(i), scale(row)) >> cast<uint32_t>(places)) + 1) >> 1;
        dst(i, row) = at("dst_bits") == 16 ? cast<int16_t>(clamp(probability - 32768, -32768, 32767))
                                           : s8_view(clamp_s8(probability - 128, -128, 127));

        algorithm.funcs = {
            {"largest", largest}, {"total", total}, {"headroom", headroom}, {"scale", scale}, {"dst", dst}};
        algorithm.domains["k"] = k;
    }

private:
    /// e^-difference by difference.
    Buffer<int32_t> table() {
        reference::Softmax parameters;
        parameters.multiplier = at("multiplier");
        parameters.shift = at("shift");
        Buffer<int32_t> result(256, "exponentials");
        for (int difference = 0; difference < 256; difference++) {
            const bool counts = -difference >= at("diff_min");
            result(difference) = counts ? reference::softmax_exponential(parameters, -difference) : 0;
        }
        return result;
    }

    Var i{"i"}, row{"row"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Softmax, softmax)
