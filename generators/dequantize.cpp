// s8 or u8 to f32 (dequantize_qs8_f32).
// SPDX-License-Identifier: Apache-2.0
#include "generators/kernel.h"
#include "runtime/reference/float_bits.h"

namespace nibble {
namespace {

using namespace Halide;

class Dequantize : public Kernel<Dequantize> {
public:
    static constexpr const char *operator_name = "dequantize";

    Input<Buffer<int8_t, 1>> src{"src"};
    Output<Buffer<float, 1>> dst{"dst"};

    void generate() {
        set_dense(src, {at("elements")});
        set_dense(dst, {at("elements")});
        const float scale = reference::float_from_bits(static_cast<uint32_t>(at("scale_bits")));
        Var i("i");
        // The difference is exact in f32; the product is the only rounding.
        dst(i) = strict_float(cast<float>(cast<int32_t>(s8_view(src(i))) - at("src_zero")) * scale);
        algorithm.funcs = {{"dst", dst}};
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Dequantize, dequantize)
