// add: two tensors of s8 or u8 of any scales, broadcast where one of them is smaller.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/add.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/broadcast.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/window_samples.h"
#include "runtime/reference/quantize_multiplier.h"

namespace nibble::operators {
namespace {

/// Differences of s8 values so far left leave three bits for their sum and its rounding (TFLite's choice for 8 bits).
constexpr int left_shift = 20;

void set_factor(const std::string &operand, double factor, Attributes &attributes) {
    const auto quantised = reference::quantize_multiplier(factor);
    attributes[operand + "_multiplier"] = quantised.multiplier;
    attributes[operand + "_shift"] = quantised.shift;
}

/// Both operands are brought to twice the larger of their scales, so that neither grows.
double common_scale(float src0, float src1) { return 2 * double{std::max(src0, src1)}; }

void set_factors(float src0, float src1, float dst, Attributes &attributes) {
    const double common = common_scale(src0, src1);
    attributes["left_shift"] = left_shift;
    set_factor("src0", double{src0} / common, attributes);
    set_factor("src1", double{src1} / common, attributes);
    set_factor("dst", common / ((1 << left_shift) * double{dst}), attributes);
}

void set_extents(const Broadcast &broadcast, Attributes &attributes) {
    for (size_t i = 0; i < broadcast.dst.size(); ++i) {
        attributes[fmt::format("d{}", i)] = broadcast.dst[i];
        attributes[fmt::format("a{}", i)] = broadcast.src0[i];
        attributes[fmt::format("b{}", i)] = broadcast.src1[i];
    }
}

void legalise_extents(LegaliseContext &context, const Tensor &src0, const Tensor &src1, const Tensor &dst,
                      Attributes &attributes) {
    const auto shape = broadcast_shape(src0.shape, src1.shape);
    if (!shape) {
        context.report(src1, "shape", shape_text(src1.shape),
                       fmt::format("one that broadcasts with {} of tensor '{}'", shape_text(src0.shape), src0.name));
        return;
    }
    context.expect_shape(dst, *shape);
    const auto broadcast = collapse_broadcast(src0.shape, src1.shape);
    if (!broadcast) {
        context.report(
            src1, "shape",
            fmt::format("{} against {} of tensor '{}'", shape_text(src1.shape), shape_text(src0.shape), src0.name),
            "at most four alternations of broadcast and plain dimensions");
        return;
    }
    set_extents(*broadcast, attributes);
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::double_);
    const Tensor *src0 = context.activation8(0, -1);
    const Tensor *src1 = context.activation8(1, -1);
    const Tensor *dst = context.result8(0, -1);
    if (!context.ok()) {
        return {};
    }
    const TensorQuantization q0 = context.quantization(*src0);
    const TensorQuantization q1 = context.quantization(*src1);
    const TensorQuantization dst_q = context.quantization(*dst);
    if (common_scale(q0.scale, q1.scale) >= (1 << left_shift) * double{dst_q.scale}) {
        context.report(*dst, "scale", fmt::format("{} for sources of {} and {}", dst_q.scale, q0.scale, q1.scale),
                       fmt::format("above the sources' / 2^{}", left_shift - 1));
    }
    Layer layer = context.layer({src0, src1}, {dst});
    layer.attributes = {{"u8", context.u8()},
                        {"src0_zero", q0.zero_point},
                        {"src1_zero", q1.zero_point},
                        {"dst_zero", dst_q.zero_point}};
    legalise_extents(context, *src0, *src1, *dst, layer.attributes);
    set_factors(q0.scale, q1.scale, dst_q.scale, layer.attributes);
    set_clamps(activation_clamps(context, dst_q), layer.attributes);
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const auto at = [&layer](const char *key) { return static_cast<int32_t>(layer.at(key)); };
    reference::Add p;
    p.d0 = layer.at("d0"), p.d1 = layer.at("d1"), p.d2 = layer.at("d2"), p.d3 = layer.at("d3");
    p.a0 = layer.at("a0"), p.a1 = layer.at("a1"), p.a2 = layer.at("a2"), p.a3 = layer.at("a3");
    p.b0 = layer.at("b0"), p.b1 = layer.at("b1"), p.b2 = layer.at("b2"), p.b3 = layer.at("b3");
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
    reference::add(p, static_cast<const int8_t *>(src[0]), static_cast<const int8_t *>(src[1]),
                   static_cast<int8_t *>(dst[0]));
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        std::vector<int64_t> src0, src1;
        float scale0, scale1, dst_scale;
    };
    static const Sample samples[] = {
        {"equal", {1, 8, 8, 16}, {1, 8, 8, 16}, 0.04f, 0.07f, 0.08f},
        {"ragged", {1, 7, 9, 13}, {1, 7, 9, 13}, 0.5f, 0.01f, 0.3f},
        {"one_element", {1}, {1}, 0.1f, 0.1f, 0.2f},
        {"equal_scales", {65}, {65}, 0.25f, 0.25f, 0.25f},
        {"narrow_output", {3, 100}, {3, 100}, 0.9f, 0.3f, 0.02f},
        {"scalar", {2, 5, 30}, {1}, 0.03f, 0.06f, 0.05f},
        {"scalar_first", {1, 1, 1}, {2, 5, 30}, 0.03f, 0.06f, 0.05f},
        {"channels", {1, 6, 7, 20}, {20}, 0.1f, 0.02f, 0.09f},
        {"pixels", {1, 6, 7, 20}, {1, 6, 7, 1}, 0.1f, 0.02f, 0.09f},
        {"rows", {3, 6, 4, 5}, {1, 6, 1, 5}, 0.1f, 0.2f, 0.15f},
        {"outer_product", {9, 1}, {1, 33}, 0.1f, 0.2f, 0.15f},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = "add";
        layer.rounding = Rounding::double_;
        set_sample_quantisation(layers.size(), layer.attributes);
        layer.attributes["src0_zero"] = layer.at("src_zero");
        layer.attributes["src1_zero"] = -1 - layer.at("src_zero");
        layer.attributes.erase("src_zero");
        set_extents(*collapse_broadcast(sample.src0, sample.src1), layer.attributes);
        set_factors(sample.scale0, sample.scale1, sample.dst_scale, layer.attributes);
        layer.src = {sample_tensor("src0", sample.src0), sample_tensor("src1", sample.src1)};
        layer.dst = {sample_tensor("dst", *broadcast_shape(sample.src0, sample.src1))};
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"ragged", "channels"}, layers);
    return layers;
}

} // namespace

OperatorRow add_row() { return elementwise_row("add", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
