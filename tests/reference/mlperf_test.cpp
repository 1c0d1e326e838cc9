// The reference against TFLite's own activations in the MLPerf Tiny models (tests/data/mlperf_tiny/flat), layer by
// layer: each layer gets the recorded input, so that a difference is its own. SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "compiler/operator_table.h"

namespace nibble::test {
namespace {

using nlohmann::json;

/// One network: layers with TFLite's integers, and the tensors they name.
struct FlatModel {
    explicit FlatModel(const std::string &name) {
        const auto base = std::filesystem::path(NIBBLE_TEST_DATA) / "mlperf_tiny" / "flat" / name;
        std::ifstream text(base.string() + ".json");
        std::ifstream blob(base.string() + ".bin", std::ios::binary);
        content = json::parse(text);
        bytes.assign(std::istreambuf_iterator<char>(blob), {});
    }

    const json &tensor(const std::string &name) const { return content.at("tensors").at(name); }
    std::vector<int64_t> shape(const std::string &name) const { return tensor(name).at("shape"); }

    Constant constant(const std::string &name) const {
        Constant result{tensor(name).at("dtype") == "int8" ? DType::s8 : DType::s32, shape(name), {}};
        const LayerTensor extent{name, result.dtype, result.shape};
        const auto first = bytes.begin() + tensor(name).at("offset").get<int64_t>();
        result.data.assign(first, first + extent.bytes());
        return result;
    }

    json content;
    std::vector<char> bytes;
};

void set_channels(const FlatModel &model, const json &flat, Layer &layer) {
    layer.constants = {{"wei", model.constant(flat.at("weights"))},
                       {"bia", model.constant(flat.at("bias"))},
                       {"multiplier", model.constant(flat.at("multiplier"))},
                       {"shift", model.constant(flat.at("shift"))}};
    layer.attributes["src_zero"] = -flat.at("input_offset").get<int64_t>();
    layer.attributes["dst_zero"] = flat.at("output_offset");
    layer.attributes["wei_zero"] = 0;
}

void set_image(const std::string &channels, const std::vector<int64_t> &src, const std::vector<int64_t> &dst,
               const json &flat, Layer &layer) {
    layer.attributes["n"] = src[0];
    layer.attributes["h"] = src[1];
    layer.attributes["w"] = src[2];
    layer.attributes[channels] = src[3];
    layer.attributes["oh"] = dst[1];
    layer.attributes["ow"] = dst[2];
    layer.attributes["stride_h"] = flat.at("stride").at(0);
    layer.attributes["stride_w"] = flat.at("stride").at(1);
    layer.attributes["pad_top"] = flat.at("pad_top_left").at(0);
    layer.attributes["pad_left"] = flat.at("pad_top_left").at(1);
}

void set_convolution(const FlatModel &model, const json &flat, Layer &layer) {
    const auto wei = model.shape(flat.at("weights"));
    set_image("ci", model.shape(flat.at("input")), model.shape(flat.at("output")), flat, layer);
    layer.attributes["co"] = model.shape(flat.at("output"))[3];
    layer.attributes["kh"] = wei[1];
    layer.attributes["kw"] = wei[2];
    layer.attributes["dilation_h"] = flat.at("dilation").at(0);
    layer.attributes["dilation_w"] = flat.at("dilation").at(1);
    if (layer.op == "depthwise_conv2d") {
        layer.attributes["channel_multiplier"] = flat.at("depth_multiplier");
    }
    set_channels(model, flat, layer);
}

void set_fully_connected(const FlatModel &model, const json &flat, Layer &layer) {
    const auto wei = model.shape(flat.at("weights"));
    layer.attributes = {{"m", 1}, {"k", wei[1]}, {"n", wei[0]}};
    set_channels(model, flat, layer);
}

void set_average_pool(const FlatModel &model, const json &flat, Layer &layer) {
    set_image("c", model.shape(flat.at("input")), model.shape(flat.at("output")), flat, layer);
    layer.attributes["kh"] = flat.at("filter").at(0);
    layer.attributes["kw"] = flat.at("filter").at(1);
}

void set_add(const FlatModel &model, const json &flat, Layer &layer) {
    const LayerTensor dst{"", DType::s8, model.shape(flat.at("output"))};
    for (const std::string tensor : {"a", "b", "d"}) {
        for (const std::string outer : {"0", "1", "2"}) {
            layer.attributes[tensor + outer] = 1;
        }
        layer.attributes[tensor + "3"] = dst.elements();
    }
    const std::pair<const char *, const char *> operands[] = {
        {"src0", "input1"}, {"src1", "input2"}, {"dst", "output"}};
    for (const auto &[operand, name] : operands) {
        const json &factor = flat.at(std::string(name) + "_mult_shift");
        layer.attributes[std::string(operand) + "_multiplier"] = factor.at(0);
        layer.attributes[std::string(operand) + "_shift"] = factor.at(1);
        const int64_t offset = flat.at(std::string(name) + "_offset");
        layer.attributes[std::string(operand) + "_zero"] = std::string(operand) == "dst" ? offset : -offset;
    }
    layer.attributes["left_shift"] = flat.at("left_shift");
}

void set_softmax(const FlatModel &model, const json &flat, Layer &layer) {
    const auto shape = model.shape(flat.at("input"));
    layer.attributes = {{"rows", shape[0]},
                        {"depth", shape[1]},
                        {"multiplier", flat.at("input_multiplier")},
                        {"shift", flat.at("input_left_shift")},
                        {"diff_min", flat.at("diff_min")}};
}

void set_reshape(const FlatModel &model, const json &flat, Layer &layer) {
    layer.attributes["bytes"] = static_cast<int64_t>(model.constant(flat.at("input")).data.size());
}

Layer read_layer(const FlatModel &model, const json &flat) {
    using Reader = void (*)(const FlatModel &, const json &, Layer &);
    static const std::map<std::string, std::pair<const char *, Reader>> readers = {
        {"ADD", {"add", set_add}},
        {"AVERAGE_POOL_2D", {"average_pool2d", set_average_pool}},
        {"CONV_2D", {"conv2d", set_convolution}},
        {"DEPTHWISE_CONV_2D", {"depthwise_conv2d", set_convolution}},
        {"FULLY_CONNECTED", {"fully_connected", set_fully_connected}},
        {"RESHAPE", {"reshape", set_reshape}},
        {"SOFTMAX", {"softmax", set_softmax}},
    };
    const auto &[op, reader] = readers.at(flat.at("op"));
    Layer layer;
    layer.op = op;
    reader(model, flat, layer);
    layer.attributes["u8"] = 0;
    if (flat.contains("act_min")) {
        layer.attributes["clamp_min"] = flat.at("act_min");
        layer.attributes["clamp_max"] = flat.at("act_max");
    }
    return layer;
}

struct Network {
    const char *name;
    size_t layers;
};

class MlperfTiny : public testing::TestWithParam<Network> {};

TEST_P(MlperfTiny, ActivationsEqualTfliteLayerByLayer) {
    const FlatModel model(GetParam().name);
    ASSERT_EQ(model.content.at("layers").size(), GetParam().layers);
    for (const json &flat : model.content.at("layers")) {
        const Layer layer = read_layer(model, flat);
        std::vector<Constant> inputs;
        for (const char *key : {"input", "input1", "input2"}) {
            if (flat.contains(key)) {
                inputs.push_back(model.constant(flat.at(key)));
            }
        }
        std::vector<const void *> src;
        for (const Constant &input : inputs) {
            src.push_back(input.data.data());
        }
        const std::vector<uint8_t> expected = model.constant(flat.at("output")).data;
        std::vector<uint8_t> dst(expected.size());
        find_operator(layer.op)->reference(layer, src, {dst.data()});
        EXPECT_EQ(dst, expected) << GetParam().name << " layer " << flat.at("index") << " " << layer.op;
    }
}

INSTANTIATE_TEST_SUITE_P(Networks, MlperfTiny,
                         testing::Values(Network{"ad01_int8", 10}, Network{"kws_ref_model", 13},
                                         Network{"pretrainedResnet_quant", 16}),
                         [](const auto &network) { return std::string(network.param.name); });

} // namespace
} // namespace nibble::test
