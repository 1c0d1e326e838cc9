// Products of pairs of matrices, s16 by s16 or s8 (batch_matmul_qs16_qs16, batch_matmul_qs16_qs8).
// SPDX-License-Identifier: Apache-2.0
//
//   sum(c, x, ...) = sum over k of lhs(k, x) * rhs(c, k), in 64 bits
//   dst            = saturate(rq(sum)), rq by `reduced16`
#include "generators/kernel.h"
#include "generators/matrix_place.h"
#include "generators/panels.h"
#include "generators/requantize_reduced16.h"

namespace nibble {
namespace {

using namespace Halide;

class BatchMatmulS16 : public Kernel<BatchMatmulS16> {
public:
    static constexpr const char *operator_name = "batch_matmul_s16";

    Input<Buffer<int16_t, 3>> lhs{"lhs"};  // k, row, matrix; row, k, matrix where adj_x
    Input<Buffer<void, 3>> rhs{"rhs"};     // c, k, matrix; k, c, matrix where adj_y
    Output<Buffer<int16_t, 5>> dst{"dst"}; // c, row, and the batch from the innermost dimension

    void configure() { rhs.set_type(Int(at("rhs_bits"))); }

    void generate() {
        RDom k(0, at("k"), "k");
        const Expr left = matrix_place(attributes(), "a", b0, b1, b2),
                   right = matrix_place(attributes(), "b", b0, b1, b2);
        const Expr row = at("adj_x") != 0 ? lhs(x, k, left) : lhs(k, x, left);
        const Expr column = at("adj_y") != 0 ? rhs(k, c, right) : rhs(c, k, right);
        Func sum("sum");
        sum(c, x, b2, b1, b0) = cast<int64_t>(0);
        sum(c, x, b2, b1, b0) += cast<int64_t>(cast<int32_t>(row) * cast<int32_t>(column));
        const Expr value = requantize_reduced16(sum(c, x, b2, b1, b0), at("mul"), at("shr"));
        dst(c, x, b2, b1, b0) = saturating_cast<int16_t>(value);
        chosen_form = "reduced16";
        algorithm.funcs = {{"sum", sum}, {"dst", dst}};
        algorithm.domains["r"] = k;
        set_bounds();
    }

private:
    void set_bounds() {
        const int m = at("m"), depth = at("k"), n = at("n");
        const auto extents = [&](bool adjoint, int inner, int outer, const char *prefix) {
            const int matrices = matrix_count(attributes(), prefix);
            return adjoint ? std::vector<int>{outer, inner, matrices} : std::vector<int>{inner, outer, matrices};
        };
        set_dense(lhs, extents(at("adj_x") != 0, depth, m, "a"));
        set_dense(rhs, extents(at("adj_y") != 0, n, depth, "b"));
        if (at("rhs_constant") != 0) {
            set_packed(rhs);
        }
        set_dense(dst, {n, m, at("d2"), at("d1"), at("d0")});
    }

    Var c{"c"}, x{"x"}, b2{"b2"}, b1{"b1"}, b0{"b0"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::BatchMatmulS16, batch_matmul_s16)
