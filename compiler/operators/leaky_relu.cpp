// leaky_relu: s8 or u8, by a table.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/leaky_relu.h"

#include <nlohmann/json.hpp>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/lookup.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/s16_legalisers.h"

namespace nibble::operators {
namespace {

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    if (reads_s16(model, op)) {
        return legalise_leaky_relu_s16(model, op, findings);
    }
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::double_);
    const LookupTensors tensors = lookup_tensors(context);
    if (!context.ok()) {
        return {};
    }
    Attributes attributes = {{"src_zero", tensors.src_q.zero_point}, {"dst_zero", tensors.dst_q.zero_point}};
    // Product and quotients are TFLite's, in f32.
    const auto alpha = context.attribute("alpha").get<float>();
    const float negative = tensors.src_q.scale * alpha;
    set_factor(context, *tensors.dst, tensors.src_q.scale / tensors.dst_q.scale, "", attributes);
    set_factor(context, *tensors.dst, negative / tensors.dst_q.scale, "negative_", attributes);
    return lookup_layer(context, tensors, std::move(attributes));
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::LeakyRelu p;
    p.elements = layer.at("elements");
    p.multiplier = static_cast<int32_t>(layer.at("multiplier"));
    p.shift = static_cast<int32_t>(layer.at("shift"));
    p.negative_multiplier = static_cast<int32_t>(layer.at("negative_multiplier"));
    p.negative_shift = static_cast<int32_t>(layer.at("negative_shift"));
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    p.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    reference::leaky_relu(p, static_cast<const int8_t *>(src[0]), static_cast<int8_t *>(dst[0]));
}

Attributes sample(int64_t multiplier, int64_t shift, int64_t negative_shift, int64_t src_zero, int64_t dst_zero) {
    return {{"multiplier", multiplier},         {"shift", shift},       {"negative_multiplier", 1717986918},
            {"negative_shift", negative_shift}, {"src_zero", src_zero}, {"dst_zero", dst_zero}};
}

std::vector<Layer> sample_layers() {
    return lookup_samples("leaky_relu", Rounding::double_,
                          {{1, sample(1 << 30, 1, -2, 0, 0)},
                           {63, sample(1518500250, 0, 1, 3, -128)},
                           {1000, sample(1932735283, -3, -4, -9, -100)}});
}

} // namespace

OperatorRow leaky_relu_row() { return lookup_row("leaky_relu", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
