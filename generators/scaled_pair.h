// Base of the kernels that add or subtract two operands with scales of their own.
// SPDX-License-Identifier: Apache-2.0
//
// rq is requantisation by `double` rounding, sign 1 or -1:
//
//   dst = clamp(dst_zero + rq_dst(rq_0((src0 - src0_zero) << left_shift) + sign * rq_1((src1 - src1_zero) <<
//   left_shift)))
//
// Of bytes there are only 65,536 argument pairs, and the function is a plane up to roundings of about 2^-19, so one
// multiplication an operand and one shift nearly always give the same value for every pair; find_linear_form has tried
// all of them. Where no such form exists, and of s16, the kernel computes the definition.
#pragma once

#include <cmath>
#include <optional>
#include <string>

#include "generators/binary.h"
#include "generators/linear_expr.h"
#include "generators/requantize_q31.h"
#include "runtime/reference/requantize_math.h"

namespace nibble {

/// T::sign is that of src1.
template <typename T>
class ScaledPair : public Binary<T> {
public:
    void generate() {
        const Halide::Expr a = this->operand(0), b = this->operand(1);
        const NearlyLinear wanted = function();
        Halide::Expr result;
        if (const auto linear = at("bits") == 8 ? find_linear_form(wanted) : std::nullopt) {
            this->chosen_form = "linear";
            result = linear_s8(*linear, a, b, wanted.bend, wanted.least, wanted.most);
        } else {
            this->chosen_form = "q31";
            const Halide::Expr sum = scaled(a, "src0") + T::sign * scaled(b, "src1");
            const Halide::Expr value = requantize_double(sum, at("dst_multiplier"), at("dst_shift")) + at("dst_zero");
            result = clamp_to_bits(value, at("bits"), wanted.least, wanted.most);
        }
        this->dst(this->i, this->j, this->k, this->l) = this->s8_view(result);
        this->finish();
    }

private:
    int at(const std::string &name) { return Binary<T>::at(name); }

    Halide::Expr scaled(const Halide::Expr &operand, const std::string &name) {
        const Halide::Expr difference = (Halide::cast<int32_t>(operand) - at(name + "_zero")) << at("left_shift");
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
        wanted.slope_b = T::sign * factor("src1") * to_dst;
        wanted.offset = at("dst_zero") - at("src0_zero") * wanted.slope_a - at("src1_zero") * wanted.slope_b;
        wanted.least = at("clamp_min");
        wanted.most = at("clamp_max");
        wanted.value = [this](int a, int b) {
            const int sum = scaled_value(a, "src0") + T::sign * scaled_value(b, "src1");
            const int value = reference::requantize_double(sum, at("dst_multiplier"), at("dst_shift"));
            return reference::to_s8(value, at("dst_zero"), at("clamp_min"), at("clamp_max"));
        };
        return wanted;
    }
};

} // namespace nibble
