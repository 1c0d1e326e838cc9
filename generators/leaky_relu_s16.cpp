// Leaky rectified linear unit between bounds, s16 (leaky_relu_qs16).
// SPDX-License-Identifier: Apache-2.0
//
//   dst = clamp(rq(src)) by one factor above zero and another below, rq by `double` rounding
#include "generators/kernel.h"
#include "generators/requantize_q31.h"

namespace nibble {
namespace {

using namespace Halide;

class LeakyReluS16 : public Kernel<LeakyReluS16> {
public:
    static constexpr const char *operator_name = "leaky_relu_s16";

    Input<Buffer<int16_t, 1>> src{"src"};
    Output<Buffer<int16_t, 1>> dst{"dst"};

    void generate() {
        set_dense(src, {at("elements")});
        set_dense(dst, {at("elements")});
        const Expr value = cast<int32_t>(src(i));
        const Expr above = requantize_double(value, at("multiplier"), at("shift"));
        const Expr below = requantize_double(value, at("negative_multiplier"), at("negative_shift"));
        dst(i) = clamp_to_bits(select(value < 0, below, above), 16, at("clamp_min"), at("clamp_max"));
        algorithm.funcs = {{"dst", dst}};
    }

private:
    Var i{"i"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::LeakyReluS16, leaky_relu_s16)
