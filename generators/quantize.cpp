// f32 to s8 or u8 (quantize_f32_qs8).
// SPDX-License-Identifier: Apache-2.0
//
//   dst = saturate(dst_zero + round(src / scale)), half away from zero, NaN as 0
//
// The quotient is one f32 division. Bounded to +-256, where every zero point saturates, it has an exact integer part by
// truncation and an exact fraction by subtraction, so that rounding compares the fraction with a half.
#include "generators/kernel.h"
#include "generators/requantize_q31.h"
#include "runtime/reference/float_bits.h"

namespace nibble {
namespace {

using namespace Halide;

class Quantize : public Kernel<Quantize> {
public:
    static constexpr const char *operator_name = "quantize";

    Input<Buffer<float, 1>> src{"src"};
    Output<Buffer<int8_t, 1>> dst{"dst"};

    void generate() {
        set_dense(src, {at("elements")});
        set_dense(dst, {at("elements")});
        const float scale = reference::float_from_bits(static_cast<uint32_t>(at("scale_bits")));
        Var i("i");
        const Expr quotient = strict_float(src(i) / scale);
        const Expr number = select(is_nan(quotient), 0.0f, quotient);
        const Expr bounded = strict_float(min(max(number, -256.0f), 256.0f));
        const Expr whole = cast<int32_t>(bounded);
        const Expr fraction = strict_float(bounded - cast<float>(whole));
        const Expr away = select(strict_float(fraction >= 0.5f), 1, strict_float(fraction <= -0.5f), -1, 0);
        dst(i) = s8_view(clamp_s8(whole + away + at("dst_zero"), -128, 127));
        algorithm.funcs = {{"dst", dst}};
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Quantize, quantize)
