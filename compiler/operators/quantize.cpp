// quantize: f32 to s8 or u8.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/quantize.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/u8_view.h"
#include "runtime/reference/float_bits.h"

namespace nibble::operators {
namespace {

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Tensor *src = context.activation(0, DType::f32, -1);
    const Tensor *dst = context.result8(0, -1);
    if (!context.ok()) {
        return {};
    }
    context.expect_shape(*dst, src->shape);
    const TensorQuantization q = context.quantization(*dst);
    Layer layer = context.layer({src}, {dst});
    layer.attributes = {{"u8", context.u8()},
                        {"elements", dst->elements()},
                        {"scale_bits", reference::bits_of_float(q.scale)},
                        {"dst_zero", q.zero_point}};
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Quantize p;
    p.elements = layer.at("elements");
    p.scale_bits = static_cast<uint32_t>(layer.at("scale_bits"));
    p.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    reference::quantize(p, static_cast<const float *>(src[0]), static_cast<int8_t *>(dst[0]));
}

std::vector<Layer> sample_layers() {
    struct Sample {
        int64_t elements;
        float scale;
        int64_t dst_zero;
    };
    static constexpr Sample samples[] = {{1, 1.0f, 0}, {63, 0.5f, -128}, {64, 0.0235f, 127}, {1001, 3.1f, -3}};
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = fmt::format("elements_{}", sample.elements);
        layer.op = "quantize";
        layer.attributes = {{"u8", 0},
                            {"elements", sample.elements},
                            {"scale_bits", reference::bits_of_float(sample.scale)},
                            {"dst_zero", sample.dst_zero}};
        layer.src = {{"src", DType::f32, {sample.elements}}};
        layer.dst = {{"dst", DType::s8, {sample.elements}}};
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"elements_64", "elements_1001"}, layers);
    return layers;
}

} // namespace

OperatorRow quantize_row() { return constant_free_row("quantize", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
