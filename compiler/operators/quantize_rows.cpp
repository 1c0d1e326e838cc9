// quantize_rows: f32 rows to s8, each with a scale of its own.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/quantize_rows.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/legalise_context.h"

namespace nibble::operators {
namespace {

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Tensor *src = context.activation(0, DType::f32, -1);
    const Tensor *dst = context.result(0, DType::s8, -1);
    const Tensor *scale = context.result(1, DType::f32, -1);
    if (!context.ok()) {
        return {};
    }
    const int64_t k = src->shape.empty() ? 1 : src->shape.back(), m = src->elements() / k;
    context.expect_shape(*dst, src->shape);
    if (scale->elements() != m) {
        context.report(*scale, "shape", shape_text(scale->shape), fmt::format("{} elements, one a row", m));
    }
    if (dst->quantization) {
        context.report(*dst, "quantization", quantization_text(*dst), "none: each row has a scale of its own");
    }
    Layer layer = context.layer({src}, {dst, scale});
    layer.attributes = {{"m", m}, {"k", k}};
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::quantize_rows({layer.at("m"), layer.at("k")}, static_cast<const float *>(src[0]),
                             static_cast<int8_t *>(dst[0]), static_cast<float *>(dst[1]));
}

std::vector<Layer> sample_layers() {
    constexpr int64_t samples[][2] = {{1, 1}, {3, 5}, {1, 64}, {7, 100}, {33, 256}, {2, 1031}};
    std::vector<Layer> layers;
    for (const auto &[m, k] : samples) {
        Layer layer;
        layer.name = fmt::format("rows_{}x{}", m, k);
        layer.op = "quantize_rows";
        layer.attributes = {{"m", m}, {"k", k}};
        layer.src = {{"src", DType::f32, {m, k}}};
        layer.dst = {{"dst", DType::s8, {m, k}}, {"scale", DType::f32, {m, 1}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow quantize_rows_row() { return constant_free_row("quantize_rows", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
