// Elementwise sum of two s8 or u8 tensors with scales of their own, broadcast where an operand has extent 1 (add_qs8).
// SPDX-License-Identifier: Apache-2.0
//
// rq is requantisation by `double` rounding:
//
//   dst = clamp(dst_zero + rq_dst(rq_0((src0 - src0_zero) << left_shift) + rq_1((src1 - src1_zero) << left_shift)))
//
// There are only 65,536 argument pairs, and the function is a plane up to roundings of about 2^-19, so one
// multiplication an operand and one shift nearly always give the same value for every pair; find_linear_form has tried
// all of them. Where no such form exists, the kernel computes the definition.
#include <cmath>

#include "generators/kernel.h"
#include "generators/linear_expr.h"
#include "generators/requantize_q31.h"
#include "runtime/reference/requantize_math.h"

namespace nibble {
namespace {

using namespace Halide;

class Add : public Kernel<Add> {
public:
    static constexpr const char *operator_name = "add";

    Input<Buffer<int8_t, 4>> src0{"src0"}, src1{"src1"}; // dimensions 3, 2, 1, 0 of the parameters' names
    Output<Buffer<int8_t, 4>> dst{"dst"};

    void generate() {
        set_extents(src0, "a");
        set_extents(src1, "b");
        set_extents(dst, "d");
        const Expr a = s8_view(src0(index("a"))), b = s8_view(src1(index("b")));
        const NearlyLinear wanted = function();
        if (const auto form = find_linear_form(wanted)) {
            dst(i, j, k, l) = s8_view(linear_s8(*form, a, b, wanted.bend, wanted.least, wanted.most));
        } else {
            const Expr sum = scaled(a, "src0") + scaled(b, "src1");
            const Expr result = requantize_double(sum, at("dst_multiplier"), at("dst_shift")) + at("dst_zero");
            dst(i, j, k, l) = s8_view(clamp_s8(result, wanted.least, wanted.most));
        }
        algorithm.funcs = {{"dst", dst}};
    }

private:
    std::vector<int> extents(const std::string &tensor) {
        return {at(tensor + "3"), at(tensor + "2"), at(tensor + "1"), at(tensor + "0")};
    }

    template <typename BufferT>
    void set_extents(BufferT &buffer, const std::string &tensor) {
        set_dense(buffer, extents(tensor));
    }

    /// Where an operand is read: its only element of a dimension serves the whole dimension.
    std::vector<Expr> index(const std::string &tensor) {
        std::vector<Expr> result = {i, j, k, l};
        const std::vector<int> extent = extents(tensor);
        for (size_t d = 0; d < result.size(); d++) {
            if (extent[d] == 1) {
                result[d] = 0;
            }
        }
        return result;
    }

    Expr scaled(const Expr &operand, const std::string &name) {
        const Expr difference = (cast<int32_t>(operand) - at(name + "_zero")) << at("left_shift");
        return requantize_double(difference, at(name + "_multiplier"), at(name + "_shift"));
    }

    /// The real factor of a multiplier and shift.
    double factor(const std::string &name) { return std::ldexp(at(name + "_multiplier"), at(name + "_shift") - 31); }

    int scaled_value(int operand, const std::string &name) {
        const int32_t difference = (operand - at(name + "_zero")) * (1 << at("left_shift"));
        return reference::requantize_double(difference, at(name + "_multiplier"), at(name + "_shift"));
    }

    NearlyLinear function() {
        const double to_dst = std::ldexp(factor("dst"), at("left_shift"));
        NearlyLinear wanted;
        wanted.slope_a = factor("src0") * to_dst;
        wanted.slope_b = factor("src1") * to_dst;
        wanted.offset = at("dst_zero") - at("src0_zero") * wanted.slope_a - at("src1_zero") * wanted.slope_b;
        wanted.least = at("clamp_min");
        wanted.most = at("clamp_max");
        wanted.value = [this](int a, int b) {
            const int sum = scaled_value(a, "src0") + scaled_value(b, "src1");
            const int value = reference::requantize_double(sum, at("dst_multiplier"), at("dst_shift"));
            return reference::to_s8(value, at("dst_zero"), at("clamp_min"), at("clamp_max"));
        };
        return wanted;
    }

    Var i{"i"}, j{"j"}, k{"k"}, l{"l"}; // innermost to outermost
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Add, add)
