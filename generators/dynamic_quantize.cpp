// f32 to u8 with the scale and zero point that the values themselves ask for (dynamic_quantize).
// SPDX-License-Identifier: Apache-2.0
//
//   range() = {min of 0 and src, max of 0 and src}, comparisons with NaN being false
//   scale = (max - min) / 255, or 1;  zero = saturate(round(0 - min / scale))
//   dst(i)  = saturate(zero + round(src(i) / scale))
#include "generators/operands.h"
#include "generators/saturated.h"

namespace nibble {
namespace {

using namespace Halide;

class DynamicQuantize : public Kernel<DynamicQuantize> {
public:
    static constexpr const char *operator_name = "dynamic_quantize";

    Input<Buffer<float, 1>> src{"src"};
    Output<Buffer<uint8_t, 1>> dst{"dst"};
    Output<Buffer<float, 1>> scale{"scale"}; // one element
    Output<Buffer<uint8_t, 1>> zero{"zero"}; // one element

    void generate() {
        const int elements = at("elements");
        set_dense(src, {elements});
        set_dense(dst, {elements});
        set_dense(scale, {1});
        set_dense(zero, {1});
        const reference::Element u8 = {reference::unsigned_element, 8};
        RDom r(0, elements, "r");
        Func range("range");
        range() = Tuple(0.0f, 0.0f);
        const Expr low = range()[0], high = range()[1], value = src(r);
        range() = Tuple(select(strict_float(value < low), value, low), select(strict_float(value > high), value, high));
        const Expr step = strict_float(strict_float(range()[1] - range()[0]) / 255.0f);
        Var i("i"), s("s");
        scale(s) = select(strict_float(step == 0.0f), 1.0f, step);
        const Expr place = strict_float(0.0f - strict_float(range()[0] / scale(s)));
        zero(s) = cast<uint8_t>(saturated(place, 0, u8));
        dst(i) = cast<uint8_t>(saturated(strict_float(src(i) / scale(0)), cast<int32_t>(zero(0)), u8));
        algorithm.funcs = {{"range", range}, {"scale", scale}, {"zero", zero}, {"dst", dst}};
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::DynamicQuantize, dynamic_quantize)
