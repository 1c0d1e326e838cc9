// hard_swish: s8 or u8, by a table.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/hard_swish.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/lookup.h"

namespace nibble::operators {
namespace {

Attributes factors(float src_scale, float dst_scale, int64_t src_zero, int64_t dst_zero) {
    const reference::HardSwish p = reference::hard_swish_parameters(0, src_scale, dst_scale);
    return {{"multiplier", p.multiplier}, {"shift", p.shift},     {"gate_multiplier", p.gate_multiplier},
            {"gate_shift", p.gate_shift}, {"src_zero", src_zero}, {"dst_zero", dst_zero}};
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::double_);
    const LookupTensors tensors = lookup_tensors(context);
    if (!context.ok()) {
        return {};
    }
    const Layer layer = lookup_layer(
        context, tensors,
        factors(tensors.src_q.scale, tensors.dst_q.scale, tensors.src_q.zero_point, tensors.dst_q.zero_point));
    if (layer.at("shift") > 0) {
        context.report(*tensors.dst, "scale",
                       fmt::format("{} for a source of scale {}", tensors.dst_q.scale, tensors.src_q.scale),
                       "at least the source's / 128");
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::HardSwish p;
    p.elements = layer.at("elements");
    p.multiplier = static_cast<int32_t>(layer.at("multiplier"));
    p.shift = static_cast<int32_t>(layer.at("shift"));
    p.gate_multiplier = static_cast<int32_t>(layer.at("gate_multiplier"));
    p.gate_shift = static_cast<int32_t>(layer.at("gate_shift"));
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    p.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    reference::hard_swish(p, static_cast<const int8_t *>(src[0]), static_cast<int8_t *>(dst[0]));
}

std::vector<Layer> sample_layers() {
    return lookup_samples("hard_swish", Rounding::double_,
                          {{1, factors(0.05f, 0.05f, 0, 0)},
                           {65, factors(0.001f, 0.0004f, 3, -128)},
                           {1001, factors(0.07f, 0.03f, -9, -100)}});
}

} // namespace

OperatorRow hard_swish_row() { return lookup_row("hard_swish", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
