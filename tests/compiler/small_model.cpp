// SPDX-License-Identifier: Apache-2.0
#include "tests/compiler/small_model.h"

#include <cstring>
#include <map>
#include <random>

#include "compiler/operator_table.h"

namespace nibble {

namespace {

Quantization scales(std::vector<float> scale, int32_t zero_point) {
    Quantization quantization;
    quantization.zero_point.assign(scale.size(), zero_point);
    quantization.granularity = scale.size() == 1 ? Granularity::per_tensor : Granularity::per_channel;
    quantization.symmetric = scale.size() != 1;
    quantization.scale = std::move(scale);
    return quantization;
}

Tensor activation(const char *name, std::vector<int64_t> shape, const char *layout, float scale, int32_t zero_point) {
    Tensor tensor;
    tensor.name = name;
    tensor.shape = std::move(shape);
    tensor.layout = layout;
    tensor.quantization = scales({scale}, zero_point);
    return tensor;
}

Tensor weights(const char *name, std::vector<int64_t> shape, const char *layout, std::mt19937 &random) {
    Tensor tensor;
    tensor.name = name;
    tensor.shape = std::move(shape);
    tensor.layout = layout;
    tensor.quantization = scales(std::vector<float>(static_cast<size_t>(tensor.shape[0]), 0.01f), 0);
    for (int64_t i = 0; i < tensor.elements(); ++i) {
        tensor.data.push_back(static_cast<uint8_t>(random() & 255));
    }
    return tensor;
}

Tensor bias(const char *name, int64_t channels, float scale, std::mt19937 &random) {
    Tensor tensor;
    tensor.name = name;
    tensor.shape = {channels};
    tensor.layout = "O";
    tensor.dtype = DType::s32;
    tensor.quantization = scales(std::vector<float>(static_cast<size_t>(channels), scale), 0);
    tensor.data.resize(static_cast<size_t>(channels) * sizeof(int32_t));
    for (int64_t i = 0; i < channels; ++i) {
        const auto value = static_cast<int32_t>(random() % 2001) - 1000;
        std::memcpy(tensor.data.data() + i * static_cast<int64_t>(sizeof(value)), &value, sizeof(value));
    }
    return tensor;
}

} // namespace

Model small_model(uint32_t seed) {
    std::mt19937 random(seed);
    Model model;
    model.source = "small_model";
    model.tensors.push_back(activation("image", {1, 6, 6, 3}, "NHWC", 0.05f, -3));
    model.tensors.push_back(weights("conv/wei", {4, 3, 3, 3}, "OHWI", random));
    model.tensors.push_back(bias("conv/bia", 4, 0.05f * 0.01f, random));
    model.tensors.push_back(activation("conv/dst", {1, 6, 6, 4}, "NHWC", 0.2f, 4));
    model.tensors.push_back(activation("flat", {1, 144}, "", 0.2f, 4));
    model.tensors.push_back(weights("dense/wei", {10, 144}, "OI", random));
    model.tensors.push_back(bias("dense/bia", 10, 0.2f * 0.01f, random));
    model.tensors.push_back(activation("classes", {1, 10}, "", 2.0f, -7));

    Operator conv{"conv2d", "conv", {0, 1, 2}, {3}, {}, Rounding::double_};
    conv.attributes = {
        {"stride", {1, 1}}, {"dilation", {1, 1}}, {"padding", "same"}, {"activation", "relu"}, {"groups", 1}};
    Operator reshape{"reshape", "flatten", {3}, {4}};
    Operator dense{"fully_connected", "dense", {4, 5, 6}, {7}, {}, Rounding::double_};
    dense.attributes = {{"activation", "none"}};
    model.operators = {conv, reshape, dense};
    model.inputs = {0};
    model.outputs = {7};
    check_model(model);
    return model;
}

std::vector<int8_t> run_reference(const Model &model, const std::vector<int8_t> &input) {
    std::map<int, std::vector<int8_t>> values = {{model.inputs[0], input}};
    std::vector<Finding> findings;
    for (const Operator &op : model.operators) {
        const OperatorRow &row = *find_operator(op.type);
        const Layer layer = row.legalise(model, op, findings);
        std::vector<int8_t> &dst = values[op.outputs[0]];
        dst.resize(static_cast<size_t>(layer.dst[0].bytes()));
        row.reference(layer, {values[op.inputs[0]].data()}, {dst.data()});
    }
    return values[model.outputs[0]];
}

} // namespace nibble
