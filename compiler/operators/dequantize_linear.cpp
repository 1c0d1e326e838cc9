// dequantize_linear: integers of 4 to 32 bits to f32, with scales and zero points that may come at run time.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/dequantize_linear.h"

#include "compiler/operators/rows.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/operands.h"
#include "compiler/operators/support/scale_places.h"

namespace nibble::operators {
namespace {

const std::vector<std::string> operand_names = {"src", "scale", "zero"};

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Tensor *src =
        context.operand(0, {DType::s4, DType::u4, DType::s8, DType::u8, DType::s16, DType::u16, DType::s32}, -1);
    const Tensor *scale = context.operand(1, DType::f32, -1);
    const Tensor *dst = context.result(0, DType::f32, -1);
    if (!context.ok()) {
        return {};
    }
    return scaled_layer(context, {*src, *scale, *dst}, "src", src->dtype);
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const auto data = operand_data(layer, operand_names, src);
    reference::dequantize_linear({scale_places_of(layer), element_of(layer, "src")}, data.at("src"),
                                 static_cast<const float *>(data.at("scale")), data.at("zero"),
                                 static_cast<float *>(dst[0]));
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        reference::ScalePlaces places;
        DType dtype;
        uint32_t seed; ///< of constant scales and zero points; 0: they come at run time
    };
    static const std::vector<Sample> samples = {
        {"one_scale", {1, 1, 130}, DType::u8, 0},
        {"s16", {1, 1, 64}, DType::s16, 3},
        {"u16", {1, 1, 33}, DType::u16, 0},
        {"s4_odd", {1, 1, 5}, DType::s4, 0},
        {"u4_channels", {2, 3, 7, 1, 1, 3, 1}, DType::u4, 4},
        {"channels_s32", {2, 5, 9, 1, 1, 5, 1}, DType::s32, 5},
        {"blocks", {2, 7, 3, 3, 2, 3, 3}, DType::u8, 0},
        {"s4_blocks", {3, 64, 1, 32, 3, 2, 1}, DType::s4, 6},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        const reference::ScalePlaces &p = sample.places;
        const int64_t scales = p.scale_outer * p.scale_channels * p.scale_inner;
        Layer layer;
        layer.name = sample.family;
        layer.op = "dequantize_linear";
        set_scale_places(p, layer.attributes);
        set_element("src", sample.dtype, layer.attributes);
        add_operand(layer, "src", sample_operand("src", sample.dtype, {p.elements()}));
        add_operand(layer, "scale",
                    sample.seed != 0 ? sample_floats("scale", std::vector<float>(static_cast<size_t>(scales), 0.37f))
                                     : sample_operand("scale", DType::f32, {scales}));
        add_operand(layer, "zero", sample_operand("zero", sample.dtype, {scales}, sample.seed));
        layer.dst = {{"dst", DType::f32, {p.elements()}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow dequantize_linear_row() {
    return operand_row("dequantize_linear", operand_names, legalise, run_reference, sample_layers);
}

} // namespace nibble::operators
