// Products of pairs of matrices, s8 or u8 (batch_matmul_qs8_qs8).
// SPDX-License-Identifier: Apache-2.0
//
//   acc(c, x) = bia(c) - rhs_zero * sum over k of (staged(k, x) - zero) + sum over k of staged(k, x) * wei(k, c)
//   bia(c)    = -zero * sum over k of wei(k, c)
//
// which is the sum of (lhs - lhs_zero) * (rhs - rhs_zero). x is the row of the left matrix, c the column of the right
// one. staged holds left rows as fully_connected's lowerings have them, zero the left zero point in that form; rows are
// filled up to whole groups of p, the products of a lane, with it, and so contribute nothing. wei is the right matrix
// in the panels of fully_connected's weights, zeros beyond k: packed ahead where it is constant, else by the kernel.
#include "generators/kernel.h"
#include "generators/matrix_place.h"
#include "generators/panels.h"
#include "generators/requantise_one.h"

namespace nibble {
namespace {

using namespace Halide;

class BatchMatmul : public Kernel<BatchMatmul> {
public:
    static constexpr const char *operator_name = "batch_matmul";

    Output<Buffer<int8_t, 5>> dst{"dst"}; // c, row, and the batch from the innermost dimension

    /// Activations come first, then what is packed.
    void configure() {
        const bool lhs_constant = at("lhs_constant") != 0, rhs_constant = at("rhs_constant") != 0;
        if (!lhs_constant) {
            lhs = add_input<Buffer<int8_t, 3>>("lhs"); // k, row, matrix; row, k, matrix where adj_x
        }
        if (!rhs_constant) {
            rhs = add_input<Buffer<int8_t, 3>>("rhs"); // c, k, matrix; k, c, matrix where adj_y
        }
        if (lhs_constant) {
            lhs = add_input<Buffer<int8_t, 3>>("lhs");
        }
        if (rhs_constant) {
            packed = add_input<Buffer<int8_t, 5>>("wei");  // k % p, c % 16, k / p, c / 16, matrix
            folded = add_input<Buffer<int32_t, 2>>("bia"); // c, matrix
        }
    }

    void generate() {
        const int whole_k = round_up(at("k"), products());
        const Func staged = stage_lhs(whole_k);
        const DotReduction reduction = {form(), whole_k};
        RDom r(0, reduction.extent(), "r");
        const Expr left = matrix("a"), right = matrix("b");
        Func acc("acc"), operand("operand"), wei = right_panels(), bia = column_terms(wei, whole_k);
        Var k("k");
        operand(k, x, b2, b1, b0) = staged(k, x, left);
        const Expr column_term = bia(c, right);
        acc(c, x, b2, b1, b0) = at("rhs_zero") == 0 ? column_term : column_term + row_terms(staged, whole_k)(x, left);
        acc(c, x, b2, b1, b0) += reduction.term(
            r, [&](const Expr &i) { return operand(i, x, b2, b1, b0); },
            [&](const Expr &place, const Expr &group) {
                return wei(place, c % panel_channels, group, c / panel_channels, right);
            });
        dst(c, x, b2, b1, b0) = s8_view(requantise_one(acc(c, x, b2, b1, b0), attributes()));
        algorithm.funcs.insert({{"staged", staged}, {"operand", operand}, {"acc", acc}, {"wei", wei}, {"dst", dst}});
        algorithm.domains["r"] = r;
        set_bounds();
    }

private:
    DotLowering form() { return dot_lowering(lowering, attributes()); }
    int products() { return form().products; }
    /// What is added to a value of the left matrix.
    int offset() { return form().unsigned_src ? 128 : 0; }
    int panels() { return round_up(at("n"), panel_channels) / panel_channels; }
    int matrices(const std::string &prefix) { return matrix_count(attributes(), prefix); }
    /// A constant has no caller's type.
    Expr value(const Expr &byte, bool constant) { return constant ? byte : s8_view(byte); }

    Expr matrix(const std::string &prefix) { return matrix_place(attributes(), prefix, b0, b1, b2); }

    Func stage_lhs(int whole_k) {
        Func rows("rows");
        const Expr byte = at("adj_x") != 0 ? (*lhs)(y, e, b) : (*lhs)(e, y, b);
        rows(e, y, b) = value(byte, at("lhs_constant") != 0);
        return stage_rows(rows, {at("k"), at("m"), 0, 0, at("lhs_zero"), form(), whole_k, at("m")}, algorithm);
    }

    Func right_panels() {
        Func wei("wei_panels");
        if (packed != nullptr) {
            wei(j, l, g, p, b) = (*packed)(j, l, g, p, b);
            return wei;
        }
        const int k = at("k"), n = at("n");
        Expr row = g * products() + j, column = p * panel_channels + l;
        const Expr inside = row < k;
        if (n % panel_channels != 0) {
            column = likely_if_innermost(min(column, n - 1)); // what the lanes beyond hold is never stored
        }
        if (k % products() != 0) {
            row = min(row, k - 1);
        }
        const Expr byte = value(at("adj_y") != 0 ? (*rhs)(row, column, b) : (*rhs)(column, row, b), false);
        wei(j, l, g, p, b) = k % products() != 0 ? select(inside, byte, cast<int8_t>(0)) : byte;
        algorithm.funcs["panels"] = wei;
        return wei;
    }

    Func column_terms(const Func &wei, int whole_k) {
        Func bia("column_terms");
        if (folded != nullptr) {
            bia(c, b) = (*folded)(c, b);
            return bia;
        }
        const int zero = at("lhs_zero") + offset();
        RDom k(0, products(), 0, whole_k / products(), "k");
        bia(c, b) = 0;
        bia(c, b) += -zero * cast<int32_t>(wei(k.x, c % panel_channels, k.y, c / panel_channels, b));
        algorithm.funcs["column_terms"] = bia;
        return bia;
    }

    Func row_terms(const Func &staged, int whole_k) {
        const int zero = at("lhs_zero") + offset();
        RDom k(0, whole_k, "k");
        Func terms("row_terms");
        terms(x, b) = whole_k * zero * at("rhs_zero");
        terms(x, b) += -at("rhs_zero") * cast<int32_t>(staged(k, x, b));
        algorithm.funcs["row_terms"] = terms;
        algorithm.domains["row"] = k;
        return terms;
    }

    void set_bounds() {
        const int m = at("m"), k = at("k"), n = at("n");
        set_dense(*lhs,
                  at("adj_x") != 0 ? std::vector<int>{m, k, matrices("a")} : std::vector<int>{k, m, matrices("a")});
        if (rhs != nullptr) {
            set_dense(*rhs,
                      at("adj_y") != 0 ? std::vector<int>{k, n, matrices("b")} : std::vector<int>{n, k, matrices("b")});
        } else {
            set_dense(*packed,
                      {products(), panel_channels, round_up(k, products()) / products(), panels(), matrices("b")});
            set_packed(*packed);
            set_dense(*folded, {panels() * panel_channels, matrices("b")});
            set_packed(*folded);
        }
        set_dense(dst, {n, m, at("d2"), at("d1"), at("d0")});
    }

    Input<Buffer<int8_t, 3>> *lhs = nullptr, *rhs = nullptr;
    Input<Buffer<int8_t, 5>> *packed = nullptr;
    Input<Buffer<int32_t, 2>> *folded = nullptr;
    Var c{"c"}, x{"x"}, b2{"b2"}, b1{"b1"}, b0{"b0"}, e{"e"}, y{"y"}, b{"b"}, j{"j"}, l{"l"}, g{"g"}, p{"p"};
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::BatchMatmul, batch_matmul)
