// SPDX-License-Identifier: Apache-2.0
#include "generators/requantise_channels.h"

#include "generators/either.h"
#include "generators/nearest.h"
#include "generators/nearest_s32.h"
#include "generators/panels.h"
#include "generators/requantise_kind.h"
#include "generators/requantize_f32.h"
#include "generators/requantize_q31.h"
#include "generators/u8_view.h"

namespace nibble {

using namespace Halide;

void RequantiseChannels::add_inputs(const Attributes &kernel, const AddInput &add) {
    kernel_ = kernel;
    const auto add_all = [&](std::initializer_list<const char *> names, const Type &type) {
        for (const char *name : names) {
            inputs_[name] = add(name, type);
        }
    };
    const int kind = at("requantise");
    if (uses_q31(kind) || uses_s16(kind)) {
        add_all({"mul"}, Int(32));
    }
    if (uses_q31(kind)) {
        add_all({"rnd", "shr"}, Int(32));
    }
    if ((uses_q31(kind) || uses_s16(kind)) && at("left_shift") != 0) {
        add_all({"shl"}, Int(32));
    }
    if (uses_s16(kind) && at("later_shift") != 0) {
        add_all({"later"}, Int(16));
    }
    if (uses_s16(kind) && at("zero_is_least") == 0) {
        add_all({"zero"}, Int(16));
    }
    if (fuses_products(kind)) {
        add_all({"scale", "offset"}, Float(32));
    }
    if (is_nearest(kind)) {
        add_all({"scale"}, kind == requantise_nearest ? Float(32) : UInt(32)); // its bits
    }
    if (uses_zero(kind)) {
        add_all({"zero"}, Int(32));
    }
    if (mixes_forms(kind)) {
        add_all({"cheap"}, Int(32));
    }
}

void RequantiseChannels::set_bounds(int padded_channels) {
    for (const auto &[name, input] : inputs_) {
        const bool one = name == "zero" && uses_s16(at("requantise"));
        set_dense(*input, {name == "cheap" ? padded_channels / panel_channels : one ? 1 : padded_channels});
        set_packed(*input);
    }
}

Expr RequantiseChannels::constant(const char *name, const Expr &c) const { return (*inputs_.at(name))(c); }

Expr RequantiseChannels::clamped(const Expr &value) const { return clamp_s8(value, at("clamp_min"), at("clamp_max")); }

Expr RequantiseChannels::moved_to_zero(const Expr &value, const Expr &c) const {
    return bound_s8(saturate_at_zero(value, constant("zero", c)), at("clamp_min"), at("clamp_max"));
}

Expr RequantiseChannels::shifted_left(const Expr &acc, const Expr &c) const {
    // Shifts by unsigned amounts: a signed one costs a second shift for its negative half.
    return at("left_shift") != 0 ? acc << cast<uint32_t>(constant("shl", c)) : acc;
}

Expr RequantiseChannels::in_q31(const Expr &sum, const Expr &c) const {
    const Expr shr = constant("shr", c), acc = shifted_left(sum, c);
    Expr scaled = mul_q31(acc, constant("mul", c)) + constant("rnd", c);
    if (at("sign_matters") == sign_always) {
        scaled += acc >> 31;
    } else if (at("sign_matters") == sign_by_shift) {
        scaled += max(acc >> 31, -shr);
    }
    return scaled >> cast<uint32_t>(shr);
}

Expr RequantiseChannels::in_s16(const Expr &sum, const Expr &c) const {
    const Expr acc = shifted_left(sum, c), narrowing = cast<uint32_t>(at("narrowing"));
    Expr scaled = mul_q31(acc, constant("mul", c));
    if (at("sign_matters") != sign_never) {
        scaled += acc >> 31;
    }
    const Expr value = at("later_shift") != 0
                           ? rounding_shift_left(saturating_cast<int16_t>(scaled >> narrowing), constant("later", c))
                           : saturating_cast<int16_t>(rounding_shift_right(scaled, narrowing));
    const Expr dst = at("zero_is_least") != 0 ? flip_sign(reinterpret<int8_t>(saturating_cast<uint8_t>(value)), true)
                                              : saturating_cast<int8_t>(saturating_add(value, constant("zero", 0)));
    return bound_s8(dst, at("clamp_min"), at("clamp_max"));
}

Expr RequantiseChannels::as_single(const Expr &acc, const Expr &c) const {
    const Expr product = mul_q31_down(shifted_left(acc, c), constant("mul", c));
    return moved_to_zero(round_shift(product, constant("rnd", c), constant("shr", c)), c);
}

Expr RequantiseChannels::in_f32(const Expr &acc, const Expr &c) const {
    return clamped(requantize_f32(acc, constant("scale", c), constant("offset", c), constant("zero", c),
                                  at("half_has_sign") != 0));
}

Expr RequantiseChannels::as_biased(const Expr &acc, const Expr &c) const {
    return clamped(nearest_s32(reinterpret<float>(acc) * constant("scale", c) + constant("offset", c)));
}

Expr RequantiseChannels::as_nearest(const Expr &acc, const Expr &c) const {
    return moved_to_zero(nearest_s32(cast<float>(acc) * constant("scale", c)), c);
}

Expr RequantiseChannels::operator()(const Expr &acc, const Expr &c) const {
    const auto by_panel = [&](const Expr &cheap, const Expr &dear) {
        return either(constant("cheap", c / panel_channels) != 0, cheap, dear);
    };
    switch (at("requantise")) {
    case requantise_q31:
        return clamped(in_q31(acc, c));
    case requantise_s16:
        return in_s16(acc, c);
    case requantise_s16_mixed:
        return by_panel(in_s16(acc, c), clamped(in_q31(acc, c)));
    case requantise_single:
        return as_single(acc, c);
    case requantise_nearest:
        return as_nearest(acc, c);
    case requantise_nearest_s32:
        return moved_to_zero(nearest_product_s32(acc, constant("scale", c)), c);
    case requantise_f32:
        return in_f32(acc, c);
    case requantise_biased:
        return as_biased(acc, c);
    case requantise_biased_mixed:
        return by_panel(as_biased(acc, c), in_f32(acc, c));
    case requantise_single_mixed:
        return by_panel(in_f32(acc, c), as_single(acc, c));
    default:
        return by_panel(in_f32(acc, c), clamped(in_q31(acc, c)));
    }
}

} // namespace nibble
