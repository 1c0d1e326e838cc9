// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/one_form.h"

#include "compiler/operators/support/quantisation.h"
#include "runtime/reference/float_bits.h"
#include "runtime/reference/quantize_multiplier.h"

namespace nibble::operators {

void set_one_factor(float product, float dst, Layer &layer) {
    if (layer.rounding == Rounding::float_) {
        layer.attributes["scale_bits"] = reference::bits_of_float(product / dst);
        return;
    }
    const auto factor = reference::quantize_multiplier(double{product} / double{dst});
    layer.attributes["multiplier"] = factor.multiplier;
    layer.attributes["shift"] = factor.shift;
}

OneFactor::OneFactor(const Layer &layer) : rounding_(layer.rounding) {
    if (rounding_ == Rounding::float_) {
        scale_ = reference::float_from_bits(static_cast<uint32_t>(layer.at("scale_bits")));
    } else {
        multiplier_ = static_cast<int32_t>(layer.at("multiplier"));
        shift_ = static_cast<int32_t>(layer.at("shift"));
    }
}

reference::Requantisation OneFactor::requantisation() const {
    if (rounding_ == Rounding::float_) {
        return {nullptr, nullptr, nullptr, &scale_};
    }
    return {rule_of(rounding_), &multiplier_, &shift_, nullptr};
}

std::optional<ChannelForm> one_form(const Layer &layer, int64_t bound) {
    return channel_form(static_cast<int32_t>(layer.at("multiplier")), static_cast<int32_t>(layer.at("shift")),
                        static_cast<int32_t>(layer.at("dst_zero")), bound, layer.rounding);
}

bool has_one_form(const Layer &layer, int64_t bound) {
    if (layer.rounding != Rounding::float_) {
        return one_form(layer, bound).has_value();
    }
    return static_cast<double>(bound) * *OneFactor(layer).requantisation().scale < nearest_bound;
}

void set_one_form(const Layer &layer, int64_t bound, Attributes &kernel) {
    if (layer.rounding == Rounding::float_) {
        kernel["spare_bit"] = 0;
        return;
    }
    const ChannelForm form = one_form(layer, bound).value();
    kernel.erase("multiplier");
    kernel.erase("shift");
    if (layer.rounding != Rounding::single) {
        kernel.erase("dst_zero"); // is in rnd
    }
    kernel["mul"] = form.mul;
    kernel["rnd"] = form.rnd;
    kernel["shr"] = form.shr;
    kernel["shl"] = form.shl;
    const bool never = clamp_hides_sign(layer) || form.shr == 0 || layer.rounding == Rounding::single;
    kernel["sign_matters"] = never ? sign_never : sign_always;
    kernel["spare_bit"] = bound << form.shl < int64_t{1} << 30;
}

} // namespace nibble::operators
