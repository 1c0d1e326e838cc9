// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/group_legaliser.h"

#include <fmt/format.h>

#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/weight_zero.h"

namespace nibble::operators {

namespace {

/// Inputs with a scale of their own: of weights by channel, or with one scale, all.
int64_t group_of(LegaliseContext &context, const Tensor &wei) {
    const int64_t k = wei.shape[1];
    if (!wei.quantization) {
        context.report(wei, "quantization", "none", "scales by group, by channel or one");
        return k;
    }
    const Quantization &q = *wei.quantization;
    if (q.granularity != Granularity::per_group) {
        return k;
    }
    constexpr int least_group = 8; // a word of nibbles
    if (q.axis != 1 || q.group_size % least_group != 0) {
        context.report(wei, "quantization", fmt::format("groups of {} along axis {}", q.group_size, q.axis),
                       fmt::format("groups of a multiple of {} along axis 1", least_group));
    }
    return q.group_size;
}

/// Scales [n][k / group].
std::vector<float> group_scales(LegaliseContext &context, const Tensor &wei) {
    const Quantization &q = *wei.quantization;
    if (q.granularity == Granularity::per_group) {
        return q.scale;
    }
    return channel_scales(context, wei, 0, wei.shape[0]);
}

void expect_symmetric(LegaliseContext &context, const Tensor &wei) {
    const int32_t middle = wei.dtype == DType::u4 ? 8 : wei.dtype == DType::u8 ? 128 : 0;
    const std::vector<int32_t> &zeros = wei.quantization->zero_point;
    for (size_t i = 0; i < zeros.size(); ++i) {
        if (zeros[i] != middle) {
            context.report(wei, fmt::format("zero_point[{}]", i), std::to_string(zeros[i]), std::to_string(middle));
            return;
        }
    }
}

void set_float_bias(LegaliseContext &context, size_t index, int64_t n, Layer &layer) {
    if (context.input(index) == nullptr) {
        layer.constants["bia"] = make_constant(DType::f32, {n}, std::vector<float>(static_cast<size_t>(n)));
        return;
    }
    if (const Tensor *bia = context.constant(index, DType::f32, 1)) {
        context.expect_shape(*bia, {n});
        layer.constants["bia"] = {DType::f32, {n}, bia->data};
    }
}

} // namespace

bool reads_f32(const Model &model, const Operator &op) {
    if (op.inputs.empty() || op.inputs[0] < 0) {
        return false;
    }
    const Tensor &first = model.tensors.at(static_cast<size_t>(op.inputs[0]));
    return first.dtype == DType::f32 && !first.is_constant();
}

Layer legalise_fully_connected_groups(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::none);
    const Tensor *src = context.activation(0, DType::f32, -1);
    const Tensor *wei = context.constant(1, {DType::s4, DType::u4, DType::s8}, 2);
    const Tensor *dst = context.result(0, DType::f32, -1);
    if (!context.ok()) {
        return {};
    }
    const int64_t n = wei->shape[0], k = wei->shape[1], m = src->elements() / k;
    if (src->shape.empty() || src->shape.back() != k) {
        context.report(*src, "shape", shape_text(src->shape), fmt::format("rows of {}", k));
    }
    if (dst->shape.empty() || dst->shape.back() != n || dst->elements() != m * n) {
        context.report(*dst, "shape", shape_text(dst->shape), fmt::format("{} rows of {}", m, n));
    }
    if (context.attribute("activation") != "none") {
        context.report("activation", context.attribute("activation").get<std::string>(), "none with f32 activations");
    }
    const int64_t group = group_of(context, *wei);
    if (!context.ok()) {
        return {};
    }
    expect_symmetric(context, *wei);
    const int64_t groups = k / group;
    if (groups % op.k_split != 0) {
        context.report("k_split", std::to_string(op.k_split), fmt::format("a divisor of {} groups", groups));
    }
    Layer layer = context.layer({src}, {dst});
    layer.op = "fully_connected_groups";
    layer.attributes = {{"m", m}, {"k", k}, {"n", n}, {"group", group}, {"k_split", op.k_split}};
    set_weights(context, *wei, 0, layer);
    for (const char *unused : {"wei_zero", "wei_zero_by_channel"}) {
        layer.attributes.erase(unused);
    }
    layer.attributes["wei_bits"] = bits_of(wei->dtype);
    layer.constants["scale"] = make_constant(DType::f32, {n, groups}, group_scales(context, *wei));
    set_float_bias(context, 2, n, layer);
    return layer;
}

Layer refuse_groups_type(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.report("type", op.type, "fully_connected, with f32 activations");
    return {};
}

} // namespace nibble::operators
