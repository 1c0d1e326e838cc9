// leaky_relu_s16: leaky_relu and relu of s16.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/leaky_relu_s16.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/lookup.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/s16_legalisers.h"

namespace nibble::operators {
namespace {

/// Below zero the source's scale is multiplied by `alpha`; products and quotients are TFLite's, in f32.
Layer layer_of(LegaliseContext &context, const LookupTensors &tensors, float alpha, const Clamps &clamps) {
    Attributes attributes;
    const float negative = tensors.src_q.scale * alpha;
    set_factor(context, *tensors.dst, tensors.src_q.scale / tensors.dst_q.scale, "", attributes);
    set_factor(context, *tensors.dst, negative / tensors.dst_q.scale, "negative_", attributes);
    set_clamps(clamps, attributes);
    Layer layer = lookup_layer(context, tensors, std::move(attributes));
    layer.op = "leaky_relu_s16";
    layer.attributes.erase("u8");
    return layer;
}

LookupTensors tensors_of(LegaliseContext &context) {
    context.take_s16();
    context.expect_rounding(Rounding::double_);
    return lookup_tensors(context);
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::LeakyReluS16 p;
    p.elements = layer.at("elements");
    p.multiplier = static_cast<int32_t>(layer.at("multiplier"));
    p.shift = static_cast<int32_t>(layer.at("shift"));
    p.negative_multiplier = static_cast<int32_t>(layer.at("negative_multiplier"));
    p.negative_shift = static_cast<int32_t>(layer.at("negative_shift"));
    p.clamp_min = static_cast<int32_t>(layer.at("clamp_min"));
    p.clamp_max = static_cast<int32_t>(layer.at("clamp_max"));
    reference::leaky_relu_s16(p, static_cast<const int16_t *>(src[0]), static_cast<int16_t *>(dst[0]));
}

std::vector<Layer> sample_layers() {
    struct Sample {
        int64_t elements, multiplier, shift, negative_shift, clamp_min, clamp_max;
    };
    static constexpr Sample samples[] = {
        {1, 1 << 30, 1, -2, -32768, 32767},        {65, 1518500250, 0, 1, -32768, 32767},
        {1000, 1932735283, -3, -4, -32768, 32767}, {130, 1518500250, 14, 14, -32768, 32767},
        {127, 1518500250, 0, 0, 0, 20000},
    };
    std::vector<Layer> layers;
    for (const Sample &s : samples) {
        Layer layer;
        layer.name = fmt::format("elements_{}", s.elements);
        layer.op = "leaky_relu_s16";
        layer.rounding = Rounding::double_;
        layer.attributes = {{"elements", s.elements},
                            {"multiplier", s.multiplier},
                            {"shift", s.shift},
                            {"negative_multiplier", 1717986918},
                            {"negative_shift", s.negative_shift},
                            {"clamp_min", s.clamp_min},
                            {"clamp_max", s.clamp_max}};
        layer.src = {{"src", DType::s16, {s.elements}}};
        layer.dst = {{"dst", DType::s16, {s.elements}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

Layer legalise_leaky_relu_s16(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const LookupTensors tensors = tensors_of(context);
    return context.ok() ? layer_of(context, tensors, context.attribute("alpha").get<float>(), all_of_bits(16))
                        : Layer{};
}

Layer legalise_relu_s16(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const LookupTensors tensors = tensors_of(context);
    return context.ok() ? layer_of(context, tensors, 1, activation_clamps(context, tensors.dst_q)) : Layer{};
}

OperatorRow leaky_relu_s16_row() {
    return elementwise_row("leaky_relu_s16", refuse_s16_type, run_reference, sample_layers);
}

} // namespace nibble::operators
