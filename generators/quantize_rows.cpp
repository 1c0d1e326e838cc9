// f32 rows to s8, each with a scale of its own (quantize_rows_f32_qd8).
// SPDX-License-Identifier: Apache-2.0
#include "generators/kernel.h"
#include "generators/row_quantisation.h"

namespace nibble {
namespace {

using namespace Halide;

class QuantizeRows : public Kernel<QuantizeRows> {
public:
    static constexpr const char *operator_name = "quantize_rows";

    Input<Buffer<float, 2>> src{"src"};      // k, row
    Output<Buffer<int8_t, 2>> dst{"dst"};    // k, row
    Output<Buffer<float, 1>> scale{"scale"}; // row; Func "row_scale"

    void generate() {
        const int k = at("k"), m = at("m");
        Func rows("rows");
        Var e("e"), x("x");
        rows(e, x) = src(e, x);
        dst(e, x) = quantise_rows(rows, k, k, scale, algorithm).values(e, x);
        algorithm.funcs.insert({{"dst", dst}});
        set_dense(src, {k, m});
        set_dense(dst, {k, m});
        set_dense(scale, {m});
    }
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::QuantizeRows, quantize_rows)
