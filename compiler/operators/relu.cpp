// relu: s8 or u8 to another scale and between the bounds of relu, relu6 or relu_n1_to_1, by a table.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/relu.h"

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
        return legalise_relu_s16(model, op, findings);
    }
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::double_);
    const LookupTensors tensors = lookup_tensors(context);
    if (!context.ok()) {
        return {};
    }
    Attributes attributes = {{"src_zero", tensors.src_q.zero_point}, {"dst_zero", tensors.dst_q.zero_point}};
    // The quotient is TFLite's, in f32.
    set_factor(context, *tensors.dst, tensors.src_q.scale / tensors.dst_q.scale, "", attributes);
    set_clamps(activation_clamps(context, tensors.dst_q), attributes);
    return lookup_layer(context, tensors, std::move(attributes));
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Relu p;
    p.elements = layer.at("elements");
    p.multiplier = static_cast<int32_t>(layer.at("multiplier"));
    p.shift = static_cast<int32_t>(layer.at("shift"));
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    p.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    p.clamp_min = static_cast<int32_t>(layer.at("clamp_min"));
    p.clamp_max = static_cast<int32_t>(layer.at("clamp_max"));
    reference::relu(p, static_cast<const int8_t *>(src[0]), static_cast<int8_t *>(dst[0]));
}

Attributes sample(int64_t multiplier, int64_t shift, int64_t src_zero, int64_t dst_zero, int64_t clamp_max) {
    return {{"multiplier", multiplier}, {"shift", shift},        {"src_zero", src_zero},
            {"dst_zero", dst_zero},     {"clamp_min", dst_zero}, {"clamp_max", clamp_max}};
}

std::vector<Layer> sample_layers() {
    return lookup_samples("relu", Rounding::double_,
                          {{1, sample(1 << 30, 1, 0, 0, 127)},
                           {64, sample(1518500250, 0, 3, -128, 100)},
                           {1001, sample(1932735283, -3, -9, -100, 127)}});
}

} // namespace

OperatorRow relu_row() { return lookup_row("relu", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
