// l2_normalization: s8 or u8, rows of the last dimension.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/l2_normalization.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/window_samples.h"

namespace nibble::operators {
namespace {

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::double_);
    const Tensor *src = context.activation8(0, -1);
    const Tensor *dst = context.result8(0, -1);
    if (!context.ok()) {
        return {};
    }
    context.expect_shape(*dst, src->shape);
    context.expect_quantization(*dst, 1.0f / 128, 0);
    const int64_t depth = src->shape.empty() ? 1 : src->shape.back();
    if (depth > reference::max_l2_depth) {
        context.report(*src, "shape", shape_text(src->shape),
                       fmt::format("at most {} elements in the last dimension", reference::max_l2_depth));
    }
    Layer layer = context.layer({src}, {dst});
    layer.attributes = {{"u8", context.u8()},
                        {"rows", src->elements() / depth},
                        {"depth", depth},
                        {"src_zero", context.quantization(*src).zero_point}};
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::L2Normalization p;
    p.rows = layer.at("rows");
    p.depth = layer.at("depth");
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    p.u8 = layer.at("u8") != 0;
    reference::l2_normalization(p, static_cast<const int8_t *>(src[0]), static_cast<int8_t *>(dst[0]));
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t rows, depth, src_zero;
    };
    static constexpr Sample samples[] = {
        {"one_element", 9, 1, 5}, {"pairs", 17, 2, 0},      {"rows", 17, 12, -128},
        {"ragged", 5, 33, 127},   {"thousand", 2, 1001, 3}, {"bytes", 3, 256, -4},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = "l2_normalization";
        layer.rounding = Rounding::double_;
        layer.attributes = {{"u8", 0}, {"rows", sample.rows}, {"depth", sample.depth}, {"src_zero", sample.src_zero}};
        layer.src = {sample_tensor("src", {sample.rows, sample.depth})};
        layer.dst = {sample_tensor("dst", {sample.rows, sample.depth})};
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"pairs", "ragged", "bytes"}, layers);
    return layers;
}

} // namespace

OperatorRow l2_normalization_row() {
    return constant_free_row("l2_normalization", legalise, run_reference, sample_layers);
}

} // namespace nibble::operators
