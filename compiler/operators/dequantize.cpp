// dequantize: s8 or u8 to f32.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/dequantize.h"

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
    const Tensor *src = context.activation8(0, -1);
    const Tensor *dst = context.result(0, DType::f32, -1);
    if (!context.ok()) {
        return {};
    }
    context.expect_shape(*dst, src->shape);
    const TensorQuantization q = context.quantization(*src);
    Layer layer = context.layer({src}, {dst});
    layer.attributes = {{"u8", context.u8()},
                        {"elements", src->elements()},
                        {"scale_bits", reference::bits_of_float(q.scale)},
                        {"src_zero", q.zero_point}};
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Dequantize p;
    p.elements = layer.at("elements");
    p.scale_bits = static_cast<uint32_t>(layer.at("scale_bits"));
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    reference::dequantize(p, static_cast<const int8_t *>(src[0]), static_cast<float *>(dst[0]));
}

std::vector<Layer> sample_layers() {
    struct Sample {
        int64_t elements;
        float scale;
        int64_t src_zero;
    };
    static constexpr Sample samples[] = {{1, 1.0f, 0}, {63, 0.1f, -128}, {64, 0.0235f, 127}, {1001, 1e-3f, 5}};
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = fmt::format("elements_{}", sample.elements);
        layer.op = "dequantize";
        layer.attributes = {{"u8", 0},
                            {"elements", sample.elements},
                            {"scale_bits", reference::bits_of_float(sample.scale)},
                            {"src_zero", sample.src_zero}};
        layer.src = {{"src", DType::s8, {sample.elements}}};
        layer.dst = {{"dst", DType::f32, {sample.elements}}};
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"elements_64", "elements_1001"}, layers);
    return layers;
}

} // namespace

OperatorRow dequantize_row() { return constant_free_row("dequantize", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
