// mul: the product of two tensors of s8, u8 or s16 of any scales, broadcast where one of them is smaller.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/mul.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/binary.h"
#include "compiler/operators/support/f32_form.h"
#include "compiler/operators/support/one_form.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/s16_samples.h"
#include "compiler/operators/support/u8_view.h"
#include "runtime/reference/float_bits.h"
#include "runtime/reference/quantize_multiplier.h"
#include "runtime/reference/requantize_math.h"

namespace nibble::operators {
namespace {

/// TFLite takes both the product and the quotient of the scales in f32.
void set_factor(float src0, float src1, float dst, Attributes &attributes) {
    const float product = src0 * src1;
    const float factor = product / dst;
    const auto quantised = reference::quantize_multiplier(double{factor});
    attributes["multiplier"] = quantised.multiplier;
    attributes["shift"] = quantised.shift;
}

/// The most that a value differs from its zero point.
int64_t largest_difference(int64_t zero, const Clamps &all) { return std::max(all.max - zero, zero - all.min); }

int64_t bound(const Layer &layer) {
    const Clamps all = all_of_bits(layer.at("bits"));
    return largest_difference(layer.at("src0_zero"), all) * largest_difference(layer.at("src1_zero"), all);
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::double_);
    const BinaryTensors tensors = binary_tensors(context);
    if (!context.ok()) {
        return {};
    }
    const TensorQuantization q0 = context.quantization(*tensors.src0);
    const TensorQuantization q1 = context.quantization(*tensors.src1);
    const TensorQuantization dst_q = context.quantization(*tensors.dst);
    Layer layer = binary_layer(context, tensors);
    layer.attributes["src0_zero"] = q0.zero_point;
    layer.attributes["src1_zero"] = q1.zero_point;
    layer.attributes["dst_zero"] = dst_q.zero_point;
    set_factor(q0.scale, q1.scale, dst_q.scale, layer.attributes);
    set_clamps(activation_clamps(context, dst_q), layer.attributes);
    if (!one_form(layer, bound(layer))) {
        context.report(*tensors.dst, "scale",
                       fmt::format("{} for sources of {} and {}", dst_q.scale, q0.scale, q1.scale),
                       fmt::format("one at which products up to {} are requantised in 32 bits", bound(layer)));
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const auto at = [&layer](const char *key) { return static_cast<int32_t>(layer.at(key)); };
    const reference::Mul p = {extents_of(layer), at("src0_zero"), at("src1_zero"), at("dst_zero"),
                              at("multiplier"),  at("shift"),     at("clamp_min"), at("clamp_max")};
    const BinaryReference<reference::Mul> mul = {reference::mul, reference::mul};
    mul(layer, p, src, dst[0]);
}

std::optional<F32Form> f32_form(const Layer &layer) {
    const auto multiplier = static_cast<int32_t>(layer.at("multiplier"));
    const auto shift = static_cast<int>(layer.at("shift"));
    RequantiseRange range;
    range.exact = [=](int32_t acc) { return reference::requantize_double(acc, multiplier, shift); };
    range.factor = std::ldexp(static_cast<double>(multiplier), shift - 31);
    range.bound = bound(layer);
    range.least = static_cast<int32_t>(layer.at("clamp_min") - layer.at("dst_zero"));
    range.most = static_cast<int32_t>(layer.at("clamp_max") - layer.at("dst_zero"));
    range.sign = !clamp_hides_sign(layer);
    range.unfused = true;
    return find_f32_form(range);
}

/// Those of one of the two forms of requantisation.
Attributes kernel_parameters(const Layer &layer, const std::string &lowering) {
    Attributes kernel = layer.attributes;
    // Products of s16 values have more bits than an f32.
    const bool s32 = lowering == "s32" || layer.at("bits") == 16;
    if (const auto form = s32 ? std::nullopt : f32_form(layer)) {
        kernel.erase("multiplier");
        kernel.erase("shift");
        kernel.erase("dst_zero");
        kernel["in_f32"] = 1;
        kernel["scale_bits"] = reference::bits_of_float(form->scale);
        kernel["half_bits"] = reference::bits_of_float(form->half);
        kernel["half_has_sign"] = clamp_hides_sign(layer) ? 0 : 1;
        kernel["zero"] = layer.at("dst_zero");
    } else {
        set_one_form(layer, bound(layer), kernel);
        kernel["in_f32"] = 0;
    }
    return kernel;
}

std::vector<Layer> sample_layers() {
    std::vector<Layer> layers;
    for (const BinarySample &sample : binary_samples()) {
        Layer layer = binary_sample_layer("mul", Rounding::double_, layers.size());
        // An eighth, so that products of quantised values are not all saturated.
        set_factor(sample.scale0, sample.scale1, 8 * sample.dst_scale, layer.attributes);
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"ragged", "channels", "constant_channels"}, layers);
    for (size_t i = add_s16_samples(s16_binary_samples(), layers); i < layers.size(); ++i) {
        layers[i].attributes["shift"] = layers[i].at("shift") - 8;
    }
    return layers;
}

} // namespace

OperatorRow mul_row() {
    OperatorRow row = binary_row("mul", legalise, run_reference, sample_layers);
    row.lowerings = {"direct", "s32"};
    row.kernel_parameters = kernel_parameters;
    return row;
}

} // namespace nibble::operators
