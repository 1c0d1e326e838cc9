// log_softmax: over the last dimension of s8 or u8, in fixed point.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/log_softmax.h"

#include <cmath>

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/window_samples.h"

namespace nibble::operators {
namespace {

Attributes attributes_of(int64_t rows, int64_t depth, double scale) {
    const reference::LogSoftmax p = reference::log_softmax_parameters(rows, depth, scale);
    return {{"u8", 0},
            {"rows", rows},
            {"depth", depth},
            {"multiplier", p.softmax.multiplier},
            {"shift", p.softmax.shift},
            {"diff_min", p.softmax.diff_min},
            {"inverse_multiplier", p.inverse_multiplier},
            {"inverse_shift", p.inverse_shift}};
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::double_);
    const Tensor *src = context.activation8(0, -1);
    const Tensor *dst = context.result8(0, -1);
    if (!context.ok()) {
        return {};
    }
    context.expect_shape(*dst, src->shape);
    context.expect_quantization(*dst, 16.0f / 256, 127);
    const float scale = context.quantization(*src).scale;
    const int64_t depth = src->shape.empty() ? 1 : src->shape.back();
    if (depth > reference::max_log_softmax_depth) {
        context.report(*src, "shape", shape_text(src->shape),
                       fmt::format("at most {} elements in the last dimension", reference::max_log_softmax_depth));
    }
    if (scale <= std::ldexp(1.0f, -26)) {
        context.report(*src, "scale", fmt::format("{}", scale), "one above 2^-26");
    }
    if (!context.ok()) {
        return {};
    }
    Layer layer = context.layer({src}, {dst});
    layer.attributes = attributes_of(src->elements() / depth, depth, scale);
    layer.attributes["u8"] = context.u8();
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::LogSoftmax p;
    p.softmax.rows = layer.at("rows");
    p.softmax.depth = layer.at("depth");
    p.softmax.multiplier = static_cast<int32_t>(layer.at("multiplier"));
    p.softmax.shift = static_cast<int32_t>(layer.at("shift"));
    p.softmax.diff_min = static_cast<int32_t>(layer.at("diff_min"));
    p.inverse_multiplier = static_cast<int32_t>(layer.at("inverse_multiplier"));
    p.inverse_shift = static_cast<int32_t>(layer.at("inverse_shift"));
    reference::log_softmax(p, static_cast<const int8_t *>(src[0]), static_cast<int8_t *>(dst[0]));
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t rows, depth;
        double scale;
    };
    static constexpr Sample samples[] = {
        {"classes", 1, 10, 0.1}, {"one_element", 3, 1, 0.05}, {"rows", 17, 12, 0.02}, {"thousand", 1, 1001, 0.0625},
        {"ragged", 5, 33, 0.25}, {"flat", 2, 64, 1e-4},       {"steep", 2, 65, 8.0},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = "log_softmax";
        layer.rounding = Rounding::double_;
        layer.attributes = attributes_of(sample.rows, sample.depth, sample.scale);
        layer.src = {sample_tensor("src", {sample.rows, sample.depth})};
        layer.dst = {sample_tensor("dst", {sample.rows, sample.depth})};
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"rows", "ragged"}, layers);
    return layers;
}

} // namespace

OperatorRow log_softmax_row() { return constant_free_row("log_softmax", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
