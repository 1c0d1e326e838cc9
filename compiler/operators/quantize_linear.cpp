// quantize_linear: f32 to integers of 4 to 16 bits, with scales and zero points that may come at run time.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/quantize_linear.h"

#include "compiler/operators/rows.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/operands.h"
#include "compiler/operators/support/scale_places.h"

namespace nibble::operators {
namespace {

const std::vector<std::string> operand_names = {"src", "scale", "zero"};

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::float_);
    const Tensor *src = context.operand(0, DType::f32, -1);
    const Tensor *scale = context.operand(1, DType::f32, -1);
    const Tensor *dst = context.result(0, {DType::s4, DType::u4, DType::s8, DType::u8, DType::s16, DType::u16}, -1);
    if (!context.ok()) {
        return {};
    }
    return scaled_layer(context, {*src, *scale, *dst}, "dst", dst->dtype);
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const auto data = operand_data(layer, operand_names, src);
    reference::quantize_linear({scale_places_of(layer), element_of(layer, "dst")},
                               static_cast<const float *>(data.at("src")), static_cast<const float *>(data.at("scale")),
                               data.at("zero"), dst[0]);
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        reference::ScalePlaces places;
        DType dtype;
        std::vector<float> scales; ///< constant, and zero points with them; none: at run time
    };
    static const std::vector<Sample> samples = {
        {"one_scale", {1, 1, 130}, DType::s8, {}},
        {"constant_u8", {1, 1, 77}, DType::u8, {0.5f}},
        {"constant_s16", {1, 1, 64}, DType::s16, {0.007f}},
        {"u16", {1, 1, 33}, DType::u16, {}},
        {"s4_odd", {1, 1, 5}, DType::s4, {1.5f}},
        {"u4_channels", {2, 3, 7, 1, 1, 3, 1}, DType::u4, {}},
        {"channels", {2, 5, 9, 1, 1, 5, 1}, DType::s8, {0.1f, 1.0f, 7.0f, 0.03f, 2.5f}},
        {"blocks", {2, 7, 3, 3, 2, 3, 3}, DType::u8, {}},
        {"s4_blocks", {3, 64, 1, 32, 3, 2, 1}, DType::s4, {}},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        const reference::ScalePlaces &p = sample.places;
        const int64_t scales = p.scale_outer * p.scale_channels * p.scale_inner;
        Layer layer;
        layer.name = sample.family;
        layer.op = "quantize_linear";
        layer.rounding = Rounding::float_;
        set_scale_places(p, layer.attributes);
        set_element("dst", sample.dtype, layer.attributes);
        add_operand(layer, "src", sample_operand("src", DType::f32, {p.elements()}));
        const bool constant = !sample.scales.empty();
        add_operand(layer, "scale",
                    constant ? sample_floats("scale", sample.scales) : sample_operand("scale", DType::f32, {scales}));
        add_operand(layer, "zero", sample_operand("zero", sample.dtype, {scales}, constant ? 7 : 0));
        layer.dst = {{"dst", sample.dtype, {p.elements()}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow quantize_linear_row() {
    return operand_row("quantize_linear", operand_names, legalise, run_reference, sample_layers);
}

} // namespace nibble::operators
