// Products of integer matrices whose accumulators come out (matmul_integer).
// SPDX-License-Identifier: Apache-2.0
//
//   sum(j, i, b0, b1, b2) = sum over k of (lhs(k, i, b..) - lhs_zero(i)) * (rhs(j, k, b..) - rhs_zero(j))
#include "generators/operands.h"

namespace nibble {
namespace {

using namespace Halide;

class MatmulInteger : public OperandKernel<MatmulInteger> {
public:
    static constexpr const char *operator_name = "matmul_integer";

    Output<Buffer<void, 5>> dst{"dst"}; // n, m, batch innermost first

    std::vector<Operand> operands() {
        const reference::Element lhs = element("lhs"), rhs = element("rhs");
        return {{"lhs", lhs, 5}, {"rhs", rhs, 5}, {"lhs_zero", lhs, 1}, {"rhs_zero", rhs, 1}};
    }
    void set_output_types() { dst.set_type(stored_type(element("dst"))); }

    void generate() {
        const int m = at("m"), k = at("k"), n = at("n");
        const bool lhs_zeros = at("lhs_zeros") != 0, rhs_zeros = at("rhs_zeros") != 0;
        set_operand("lhs", with_batch({k, m}, "a"));
        set_operand("rhs", with_batch({n, k}, "b"));
        set_operand("lhs_zero", {lhs_zeros ? m : 1});
        set_operand("rhs_zero", {rhs_zeros ? n : 1});
        set_dense(dst, with_batch({n, m}, "d"));
        RDom r(0, k, "r");
        const Expr lhs =
            integer("lhs", batch_place({r, i}, "a")) - integer("lhs_zero", {lhs_zeros ? Expr(i) : Expr(0)});
        const Expr rhs =
            integer("rhs", batch_place({j, r}, "b")) - integer("rhs_zero", {rhs_zeros ? Expr(j) : Expr(0)});
        Func sum("sum");
        const Type type = stored_type(element("dst")), wrapping = type.with_code(halide_type_uint);
        sum(j, i, b2, b1, b0) = cast(wrapping, 0);
        sum(j, i, b2, b1, b0) += cast(wrapping, lhs) * cast(wrapping, rhs);
        dst(j, i, b2, b1, b0) = cast(type, sum(j, i, b2, b1, b0));
        algorithm.funcs = {{"sum", sum}, {"dst", dst}};
    }

private:
    std::vector<int> with_batch(std::vector<int> matrix, const std::string &prefix) {
        for (const char *d : {"2", "1", "0"}) {
            matrix.push_back(at(prefix + d));
        }
        return matrix;
    }

    /// An operand's only matrix of a dimension serves the whole dimension.
    std::vector<Expr> batch_place(std::vector<Expr> place, const std::string &prefix) {
        place.push_back(at(prefix + "2") == 1 ? Expr(0) : Expr(b2));
        place.push_back(at(prefix + "1") == 1 ? Expr(0) : Expr(b1));
        place.push_back(at(prefix + "0") == 1 ? Expr(0) : Expr(b0));
        return place;
    }

    Var j{"j"}, i{"i"}, b2{"b2"}, b1{"b1"}, b0{"b0"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::MatmulInteger, matmul_integer)
