// arithmetic_f32: sums, differences, products, quotients and extremes of two operands in f32, dequantised and
// quantised. SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/arithmetic_f32.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/binary.h"
#include "compiler/operators/support/operands.h"
#include "compiler/operators/support/quantisation.h"

namespace nibble::operators {
namespace {

const std::vector<std::string> operand_names = {"src0", "src1"};
const Types operand_types = {DType::f32, DType::s8, DType::u8, DType::s16, DType::u16, DType::s32};
const Types result_types = {DType::f32, DType::s8, DType::u8, DType::s16, DType::u16};

/// In the order of reference::ArithmeticFunction.
constexpr std::array<const char *, 6> functions = {"add", "sub", "mul", "div", "maximum", "minimum"};

/// <name>_kind, _bits, _scale_bits and _zero; an s32 without a scale stands for itself.
void set_quantised_element(LegaliseContext &context, const std::string &name, const Tensor &tensor,
                           Attributes &attributes) {
    set_element(name, tensor.dtype, attributes);
    reference::QuantisedElement numbers;
    if (tensor.quantization) {
        const TensorQuantization q = context.raw_quantization(tensor);
        numbers.scale_bits = reference::bits_of_float(q.scale);
        numbers.zero = q.zero_point;
    }
    attributes[name + "_scale_bits"] = numbers.scale_bits;
    attributes[name + "_zero"] = numbers.zero;
}

reference::QuantisedElement quantised_element(const Layer &layer, const std::string &name) {
    return {element_of(layer, name), static_cast<uint32_t>(layer.at(name + "_scale_bits")), layer.at(name + "_zero")};
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::float_);
    const Tensor *src0 = context.operand(0, operand_types, -1);
    const Tensor *src1 = context.operand(1, operand_types, -1);
    const Tensor *dst = context.result(0, result_types, -1);
    if (!context.ok()) {
        return {};
    }
    Layer layer = context.layer({}, {dst});
    legalise_extents(context, {src0, src1, dst}, layer.attributes);
    const auto function = context.attribute("function").get<std::string>();
    layer.attributes["function"] = std::find(functions.begin(), functions.end(), function) - functions.begin();
    set_quantised_element(context, "src0", *src0, layer.attributes);
    set_quantised_element(context, "src1", *src1, layer.attributes);
    set_quantised_element(context, "dst", *dst, layer.attributes);
    set_clamps({0, 0}, layer.attributes);
    if (dst->dtype != DType::f32) {
        const reference::Element type = element_of(layer, "dst");
        const Clamps limits = {static_cast<int32_t>(type.least()), static_cast<int32_t>(type.most())};
        set_clamps(activation_clamps(context, context.raw_quantization(*dst), limits), layer.attributes);
    } else if (context.attribute("activation") != "none") {
        context.report("attribute 'activation'", context.attribute("activation").get<std::string>(),
                       "none, of a result in f32");
    }
    add_operand(layer, "src0", *src0);
    add_operand(layer, "src1", *src1);
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const auto data = operand_data(layer, operand_names, src);
    reference::ArithmeticF32 p;
    p.extents = extents_of(layer);
    p.function = layer.at("function");
    p.src0 = quantised_element(layer, "src0");
    p.src1 = quantised_element(layer, "src1");
    p.dst = quantised_element(layer, "dst");
    p.clamp_min = layer.at("clamp_min");
    p.clamp_max = layer.at("clamp_max");
    reference::arithmetic_f32(p, data.at("src0"), data.at("src1"), dst[0]);
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        reference::ArithmeticFunction function;
        std::vector<int64_t> shape0, shape1;
        DType src0, src1, dst;
        float scale0, scale1, scale;
        int64_t zero0, zero1, zero;
        uint32_t seed1 = 0; ///< of a constant second operand
    };
    static const std::vector<Sample> samples = {
        {"add_u8",
         reference::add_f32,
         {1, 5, 7, 13},
         {1, 5, 7, 13},
         DType::u8,
         DType::u8,
         DType::u8,
         0.5f,
         0.03f,
         0.3f,
         3,
         200,
         100},
        {"add_channels",
         reference::add_f32,
         {6, 40},
         {40},
         DType::s8,
         DType::u8,
         DType::s8,
         0.1f,
         0.7f,
         1.1f,
         -3,
         0,
         5,
         2},
        {"sub_s16", reference::sub_f32, {65}, {65}, DType::s16, DType::s8, DType::s16, 0.01f, 0.5f, 0.02f, 0, 4, 0},
        {"mul_u8",
         reference::mul_f32,
         {3, 33},
         {3, 33},
         DType::u8,
         DType::u8,
         DType::u8,
         0.004f,
         0.004f,
         0.0039f,
         0,
         7,
         0},
        {"div_u8",
         reference::div_f32,
         {4, 30},
         {4, 1},
         DType::u8,
         DType::u8,
         DType::u8,
         0.02f,
         0.04f,
         0.1f,
         120,
         3,
         128},
        {"mul_f32", reference::mul_f32, {9, 17}, {17}, DType::f32, DType::f32, DType::f32, 1, 1, 1, 0, 0, 0},
        {"mul_accumulators", reference::mul_f32, {4, 64}, {64}, DType::s32, DType::f32, DType::f32, 1, 1, 1, 0, 0, 0},
        {"add_f32", reference::add_f32, {70}, {1}, DType::f32, DType::f32, DType::f32, 1, 1, 1, 0, 0, 0},
        {"div_f32", reference::div_f32, {1}, {70}, DType::f32, DType::f32, DType::f32, 1, 1, 1, 0, 0, 0},
        {"maximum_f32", reference::maximum_f32, {70}, {1}, DType::f32, DType::f32, DType::f32, 1, 1, 1, 0, 0, 0},
        {"minimum_u16",
         reference::minimum_f32,
         {31},
         {31},
         DType::u16,
         DType::u8,
         DType::u16,
         0.001f,
         0.2f,
         0.0011f,
         31000,
         3,
         30000},
    };
    std::vector<Layer> layers;
    for (const Sample &s : samples) {
        Layer layer;
        layer.name = s.family;
        layer.op = "arithmetic_f32";
        layer.rounding = Rounding::float_;
        const auto set = [&](const char *name, DType dtype, float scale, int64_t zero) {
            set_element(name, dtype, layer.attributes);
            layer.attributes[std::string(name) + "_scale_bits"] = reference::bits_of_float(scale);
            layer.attributes[std::string(name) + "_zero"] = zero;
        };
        set("src0", s.src0, s.scale0, s.zero0);
        set("src1", s.src1, s.scale1, s.zero1);
        set("dst", s.dst, s.scale, s.zero);
        layer.attributes["function"] = s.function;
        set_extents(*collapse_broadcast(s.shape0, s.shape1), layer.attributes);
        const reference::Element dst = element_of(layer, "dst");
        const bool integers = s.dst != DType::f32;
        layer.attributes["clamp_min"] = integers ? dst.least() + 3 : 0;
        layer.attributes["clamp_max"] = integers ? dst.most() : 0;
        add_operand(layer, "src0", sample_operand("src0", s.src0, s.shape0));
        add_operand(layer, "src1", sample_operand("src1", s.src1, s.shape1, s.seed1));
        layer.dst = {{"dst", s.dst, *broadcast_shape(s.shape0, s.shape1)}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow arithmetic_f32_row() {
    return operand_row("arithmetic_f32", operand_names, legalise, run_reference, sample_layers);
}

} // namespace nibble::operators
