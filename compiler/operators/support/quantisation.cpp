// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/quantisation.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "runtime/reference/quantize_multiplier.h"

namespace nibble::operators {
namespace {

/// As the operator rounds: half to even with `float`, else half away from zero (TFLite's rule).
int32_t quantised_bound(float real, const TensorQuantization &dst, const Clamps &limits, Rounding rounding) {
    const float quotient = real / dst.scale;
    const double steps = rounding == Rounding::float_ ? std::nearbyint(quotient) : std::round(quotient);
    return static_cast<int32_t>(std::clamp<double>(steps + dst.zero_point, limits.min, limits.max));
}

} // namespace

Clamps all_of_bits(int64_t bits) {
    const int32_t most = (1 << (bits - 1)) - 1;
    return {-most - 1, most};
}

Clamps activation_clamps(LegaliseContext &context, const TensorQuantization &dst, const Clamps &limits) {
    const auto activation = context.attribute("activation").get<std::string>();
    const auto bound = [&](float real) { return quantised_bound(real, dst, limits, context.rounding()); };
    if (activation == "relu") {
        return {bound(0), limits.max};
    }
    if (activation == "relu6") {
        return {bound(0), bound(6)};
    }
    if (activation == "relu_n1_to_1") {
        return {bound(-1), bound(1)};
    }
    return limits;
}

Clamps activation_clamps(LegaliseContext &context, const TensorQuantization &dst) {
    return activation_clamps(context, dst, all_of_bits(context.bits()));
}

void set_clamps(const Clamps &clamps, Attributes &attributes) {
    attributes["clamp_min"] = clamps.min;
    attributes["clamp_max"] = clamps.max;
}

void set_factor(LegaliseContext &context, const Tensor &dst, double factor, const std::string &prefix,
                Attributes &attributes) {
    // 255 << 22 is the last to fit, and of two s16 values 65535 << 14.
    const int64_t most_left_shift = 30 - context.bits();
    const auto quantised = reference::quantize_multiplier(factor);
    if (quantised.shift > most_left_shift) {
        context.report(dst, "scale", fmt::format("one that multiplies by {}", factor),
                       fmt::format("a factor below 2^{}", most_left_shift));
    }
    attributes[prefix + "multiplier"] = quantised.multiplier;
    attributes[prefix + "shift"] = quantised.shift;
}

std::vector<float> channel_scales(LegaliseContext &context, const Tensor &wei, int axis, int64_t channels) {
    const std::vector<float> ones(channels, 1.0f);
    if (!wei.quantization) {
        context.report(wei, "quantization", "none", "one scale, or one a channel");
        return ones;
    }
    const Quantization &q = *wei.quantization;
    const bool per_channel = q.granularity == Granularity::per_channel;
    const size_t expected = per_channel ? static_cast<size_t>(channels) : 1;
    if (q.granularity == Granularity::per_group || q.scale.size() != expected || (per_channel && q.axis != axis)) {
        context.report(wei, "quantization", fmt::format("{} scales along axis {}", q.scale.size(), q.axis),
                       fmt::format("one scale, or {} along axis {}", channels, axis));
        return ones;
    }
    const auto &zeros = q.zero_point;
    const int32_t middle = wei.dtype == DType::u8 ? 128 : 0;
    if (const auto bad = std::find_if(zeros.begin(), zeros.end(), [=](int32_t z) { return z != middle; });
        per_channel && bits_of(wei.dtype) == 8 && bad != zeros.end()) {
        context.report(wei, fmt::format("zero_point[{}]", bad - zeros.begin()), std::to_string(*bad),
                       std::to_string(middle));
        return ones;
    }
    return per_channel ? q.scale : std::vector<float>(channels, q.scale[0]);
}

void set_channel_factors(LegaliseContext &context, const TensorQuantization &src, const Tensor &wei, int axis,
                         const TensorQuantization &dst, bool one_scale_in_f32, Layer &layer) {
    const std::vector<float> scales = channel_scales(context, wei, axis, wei.shape[axis]);
    const bool one_scale = wei.quantization && wei.quantization->granularity == Granularity::per_tensor;
    const auto channels = static_cast<int64_t>(scales.size());
    std::vector<float> in_f32;
    std::vector<int32_t> multiplier, shift;
    for (const float scale : scales) {
        const float rounded = src.scale * scale;
        const double product = one_scale && one_scale_in_f32 ? double{rounded} : double{src.scale} * double{scale};
        const auto quantised = reference::quantize_multiplier(product / double{dst.scale});
        in_f32.push_back(rounded / dst.scale);
        multiplier.push_back(quantised.multiplier);
        shift.push_back(quantised.shift);
    }
    if (layer.rounding == Rounding::float_) {
        layer.constants["scale"] = make_constant(DType::f32, {channels}, in_f32);
    } else {
        layer.constants["multiplier"] = make_constant(DType::s32, {channels}, multiplier);
        layer.constants["shift"] = make_constant(DType::s32, {channels}, shift);
    }
}

reference::Requantisation::ByMultiplier rule_of(Rounding rounding) {
    return rounding == Rounding::single ? reference::requantize_single : reference::requantize_double;
}

reference::Requantisation requantisation_of(const Layer &layer) {
    reference::Requantisation requantise;
    if (layer.rounding == Rounding::float_) {
        requantise.scale = layer.constants.at("scale").as<float>();
        return requantise;
    }
    requantise.rule = rule_of(layer.rounding);
    requantise.multiplier = layer.constants.at("multiplier").as<int32_t>();
    requantise.shift = layer.constants.at("shift").as<int32_t>();
    return requantise;
}

void legalise_channel_quantisation(LegaliseContext &context, const Tensor &src, const Tensor &wei, int axis,
                                   const Tensor &dst, Layer &layer) {
    const TensorQuantization src_q = context.quantization(src);
    const TensorQuantization dst_q = context.quantization(dst);
    layer.attributes["src_zero"] = src_q.zero_point;
    layer.attributes["dst_zero"] = dst_q.zero_point;
    set_clamps(activation_clamps(context, dst_q), layer.attributes);
    set_channel_factors(context, src_q, wei, axis, dst_q, context.u8() != 0, layer);
}

void set_bias(LegaliseContext &context, size_t index, int64_t channels, Layer &layer) {
    if (context.input(index) == nullptr) {
        layer.constants["bia"] = make_constant(DType::s32, {channels}, std::vector<int32_t>(channels, 0));
        return;
    }
    const Tensor *bia = context.constant(index, DType::s32, 1);
    if (bia != nullptr) {
        context.expect_shape(*bia, {channels});
        layer.constants["bia"] = {DType::s32, {channels}, bia->data};
    }
}

} // namespace nibble::operators
