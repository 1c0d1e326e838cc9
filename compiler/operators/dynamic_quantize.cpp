// dynamic_quantize: f32 to u8 with the scale and zero point that the values themselves ask for.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/dynamic_quantize.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/operands.h"

namespace nibble::operators {
namespace {

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::float_);
    const Tensor *src = context.activation(0, DType::f32, -1);
    const Tensor *dst = context.result(0, DType::u8, -1);
    const Tensor *scale = context.result(1, DType::f32, -1);
    const Tensor *zero = context.result(2, DType::u8, -1);
    if (!context.ok()) {
        return {};
    }
    context.expect_shape(*dst, src->shape);
    for (const Tensor *one : {scale, zero}) {
        if (one->elements() != 1) {
            context.report(*one, "shape", shape_text(one->shape), "one element");
        }
    }
    Layer layer = context.layer({src}, {dst, scale, zero});
    layer.attributes = {{"elements", src->elements()}};
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::dynamic_quantize({layer.at("elements")}, static_cast<const float *>(src[0]),
                                static_cast<uint8_t *>(dst[0]), static_cast<float *>(dst[1]),
                                static_cast<uint8_t *>(dst[2]));
}

std::vector<Layer> sample_layers() {
    std::vector<Layer> layers;
    for (const int64_t elements : {1, 6, 64, 1001}) {
        Layer layer;
        layer.name = fmt::format("elements_{}", elements);
        layer.op = "dynamic_quantize";
        layer.rounding = Rounding::float_;
        layer.attributes = {{"elements", elements}};
        layer.src = {{"src", DType::f32, {elements}}};
        layer.dst = {{"dst", DType::u8, {elements}}, {"scale", DType::f32, {}}, {"zero", DType::u8, {}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow dynamic_quantize_row() {
    return operand_row("dynamic_quantize", {"src"}, legalise, run_reference, sample_layers);
}

} // namespace nibble::operators
