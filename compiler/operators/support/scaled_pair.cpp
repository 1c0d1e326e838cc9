// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/scaled_pair.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/operators/support/binary.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/s16_samples.h"
#include "compiler/operators/support/u8_view.h"
#include "runtime/reference/quantize_multiplier.h"

namespace nibble::operators {
namespace {

/// Differences so far left leave bits for their sum and its rounding: three of s8, two of s16 (TFLite's choice).
int left_shift(int64_t bits) { return bits == 16 ? 15 : 20; }

void set_factor(const std::string &operand, double factor, Attributes &attributes) {
    const auto quantised = reference::quantize_multiplier(factor);
    attributes[operand + "_multiplier"] = quantised.multiplier;
    attributes[operand + "_shift"] = quantised.shift;
}

/// Both operands are brought to twice the larger of their scales, so that neither grows.
double common_scale(float src0, float src1) { return 2 * double{std::max(src0, src1)}; }

/// By attribute `bits`.
void set_factors(float src0, float src1, float dst, Attributes &attributes) {
    const double common = common_scale(src0, src1);
    const int left = left_shift(attributes.at("bits"));
    attributes["left_shift"] = left;
    set_factor("src0", double{src0} / common, attributes);
    set_factor("src1", double{src1} / common, attributes);
    set_factor("dst", common / ((1 << left) * double{dst}), attributes);
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
    const int left = left_shift(context.bits());
    if (common_scale(q0.scale, q1.scale) >= (1 << left) * double{dst_q.scale}) {
        context.report(*tensors.dst, "scale",
                       fmt::format("{} for sources of {} and {}", dst_q.scale, q0.scale, q1.scale),
                       fmt::format("above the sources' / 2^{}", left - 1));
    }
    Layer layer = binary_layer(context, tensors);
    layer.attributes["src0_zero"] = q0.zero_point;
    layer.attributes["src1_zero"] = q1.zero_point;
    layer.attributes["dst_zero"] = dst_q.zero_point;
    set_factors(q0.scale, q1.scale, dst_q.scale, layer.attributes);
    set_clamps(activation_clamps(context, dst_q), layer.attributes);
    return layer;
}

reference::ScaledPair parameters(const Layer &layer) {
    const auto at = [&layer](const char *key) { return static_cast<int32_t>(layer.at(key)); };
    reference::ScaledPair p;
    p.extents = extents_of(layer);
    p.src0_zero = at("src0_zero");
    p.src1_zero = at("src1_zero");
    p.dst_zero = at("dst_zero");
    p.left_shift = at("left_shift");
    p.src0_multiplier = at("src0_multiplier");
    p.src0_shift = at("src0_shift");
    p.src1_multiplier = at("src1_multiplier");
    p.src1_shift = at("src1_shift");
    p.dst_multiplier = at("dst_multiplier");
    p.dst_shift = at("dst_shift");
    p.clamp_min = at("clamp_min");
    p.clamp_max = at("clamp_max");
    return p;
}

std::vector<Layer> sample_layers(const std::string &name) {
    std::vector<Layer> layers;
    for (const BinarySample &sample : binary_samples()) {
        Layer layer = binary_sample_layer(name, Rounding::double_, layers.size());
        set_factors(sample.scale0, sample.scale1, sample.dst_scale, layer.attributes);
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"ragged", "channels", "constant_channels"}, layers);
    for (size_t i = add_s16_samples(s16_binary_samples(), layers); i < layers.size(); ++i) {
        const BinarySample &sample = binary_sample(layers[i].name.substr(std::string("s16_").size()));
        set_factors(sample.scale0, sample.scale1, sample.dst_scale, layers[i].attributes);
    }
    return layers;
}

} // namespace

OperatorRow scaled_pair_row(const std::string &name, BinaryReference<reference::ScaledPair> reference) {
    const auto run_reference = [reference](const Layer &layer, const std::vector<const void *> &src,
                                           const std::vector<void *> &dst) {
        reference(layer, parameters(layer), src, dst[0]);
    };
    return binary_row(name, legalise, run_reference, [name] { return sample_layers(name); });
}

} // namespace nibble::operators
