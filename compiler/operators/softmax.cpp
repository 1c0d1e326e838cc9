// softmax: over the last dimension of s8 or u8, in fixed point, to the same type or from s8 to s16.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/softmax.h"

#include <cmath>

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/s16_legalisers.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/window_samples.h"

namespace nibble::operators {
namespace {

/// What a probability of 0 to 1 takes up of the type. TFLite lets s16 come within a thousandth.
void expect_probabilities(LegaliseContext &context, const Tensor &dst) {
    if (dst.dtype != DType::s16) {
        context.expect_quantization(dst, 1.0f / 256, -128);
        return;
    }
    constexpr float scale = 1.0f / 65536;
    const TensorQuantization q = context.quantization(dst);
    if (std::abs(q.scale - scale) > scale / 1000 || q.zero_point != -32768) {
        context.report(dst, "quantization", quantization_text(dst), fmt::format("scale {}, zero point -32768", scale));
    }
}

Attributes attributes_of(const reference::Softmax &p) {
    return {{"rows", p.rows},
            {"depth", p.depth},
            {"multiplier", p.multiplier},
            {"shift", p.shift},
            {"diff_min", p.diff_min}};
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    if (reads_s16(model, op)) {
        return legalise_softmax_s16(model, op, findings);
    }
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::double_);
    const Tensor *src = context.activation8(0, -1);
    const Tensor *dst = context.output(0) != nullptr && context.output(0)->dtype == DType::s16 && context.u8() == 0
                            ? context.result(0, DType::s16, -1)
                            : context.result8(0, -1);
    if (!context.ok()) {
        return {};
    }
    context.expect_shape(*dst, src->shape);
    const TensorQuantization src_q = context.quantization(*src);
    expect_probabilities(context, *dst);
    const int64_t depth = src->shape.empty() ? 1 : src->shape.back();
    if (depth > reference::max_softmax_depth) {
        context.report(*src, "shape", shape_text(src->shape),
                       fmt::format("at most {} elements in the last dimension", reference::max_softmax_depth));
    }
    const auto beta = context.attribute("beta").get<double>();
    if (beta * double{src_q.scale} <= std::ldexp(1.0, -26)) {
        context.report(*src, "scale", fmt::format("{} with beta {}", src_q.scale, beta), "a product above 2^-26");
    }
    if (!context.ok()) {
        return {};
    }
    Layer layer = context.layer({src}, {dst});
    layer.attributes = attributes_of(reference::softmax_parameters(src->elements() / depth, depth, beta, src_q.scale));
    layer.attributes["u8"] = context.u8();
    layer.attributes["dst_bits"] = bits_of(dst->dtype);
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Softmax p;
    p.rows = layer.at("rows");
    p.depth = layer.at("depth");
    p.multiplier = static_cast<int32_t>(layer.at("multiplier"));
    p.shift = static_cast<int32_t>(layer.at("shift"));
    p.diff_min = static_cast<int32_t>(layer.at("diff_min"));
    const auto *elements = static_cast<const int8_t *>(src[0]);
    if (layer.at("dst_bits") == 16) {
        reference::softmax(p, elements, static_cast<int16_t *>(dst[0]));
    } else {
        reference::softmax(p, elements, static_cast<int8_t *>(dst[0]));
    }
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t rows, depth;
        double scale;
        DType dst = DType::s8;
    };
    static constexpr Sample samples[] = {
        {"classes", 1, 10, 0.1},
        {"one_element", 3, 1, 0.05},
        {"rows", 17, 12, 0.02},
        {"thousand", 1, 1001, 0.0625},
        {"ragged", 5, 33, 0.25},
        {"flat", 2, 64, 1e-4},
        {"steep", 2, 65, 8.0},
        {"to_s16_classes", 2, 12, 0.07, DType::s16},
        {"to_s16_ragged", 3, 65, 0.5, DType::s16},
        {"to_s16_one", 3, 1, 0.05, DType::s16},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = "softmax";
        layer.rounding = Rounding::double_;
        layer.attributes = attributes_of(reference::softmax_parameters(sample.rows, sample.depth, 1.0, sample.scale));
        layer.attributes["u8"] = 0;
        layer.attributes["dst_bits"] = bits_of(sample.dst);
        layer.src = {sample_tensor("src", {sample.rows, sample.depth})};
        layer.dst = {{"dst", sample.dst, {sample.rows, sample.depth}}};
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"rows", "ragged"}, layers);
    return layers;
}

} // namespace

OperatorRow softmax_row() { return constant_free_row("softmax", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
