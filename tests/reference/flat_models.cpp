// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/flat_models.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/operators/support/u8_view.h"

namespace nibble::test {
namespace {

using nlohmann::json;

DType type_of(const std::string &name) {
    static const std::map<std::string, DType> types = {
        {"int8", DType::s8}, {"uint8", DType::u8}, {"int32", DType::s32}};
    return types.at(name);
}

/// Bytes of x = x * 1664525 + 1013904223 (mod 2^32), one step an element, from x = seed (tests/data/hannk/SOURCE.md).
std::vector<uint8_t> lcg_bytes(uint32_t seed, int64_t count) {
    std::vector<uint8_t> bytes(static_cast<size_t>(count));
    for (uint8_t &byte : bytes) {
        seed = seed * 1664525u + 1013904223u;
        byte = static_cast<uint8_t>(seed >> 24);
    }
    return bytes;
}

/// One file: layers with TFLite's integers, and the tensors they name.
struct FlatModel {
    explicit FlatModel(const std::string &name) {
        const auto base = std::filesystem::path(NIBBLE_TEST_DATA) / name;
        std::ifstream text(base.string() + ".json");
        std::ifstream blob(base.string() + ".bin", std::ios::binary);
        content = json::parse(text);
        bytes.assign(std::istreambuf_iterator<char>(blob), {});
    }

    const json &entry(const std::string &name) const { return content.at("tensors").at(name); }
    std::vector<int64_t> shape(const std::string &name) const { return entry(name).at("shape"); }
    LayerTensor tensor(const std::string &name) const { return {name, type_of(entry(name).at("dtype")), shape(name)}; }

    std::vector<uint8_t> data(const std::string &name) const {
        const int64_t size = tensor(name).bytes();
        if (entry(name).contains("lcg_seed")) {
            return lcg_bytes(entry(name).at("lcg_seed"), size);
        }
        const int64_t offset = entry(name).at("offset");
        if (offset + size > static_cast<int64_t>(bytes.size())) {
            throw std::runtime_error(fmt::format("tensor {} reaches beyond the file", name));
        }
        return {bytes.begin() + offset, bytes.begin() + offset + size};
    }

    /// In the s8 view, as layers have it.
    Constant constant(const std::string &name) const {
        const DType type = tensor(name).dtype;
        return {type == DType::u8 ? DType::s8 : type, shape(name), operators::s8_view(type, data(name))};
    }

    json content;
    std::vector<char> bytes;
};

/// What the file's zero points and clamps are above those of the s8 view.
int64_t view_offset(const Layer &layer) { return layer.at("u8") != 0 ? 128 : 0; }

void set_channels(const FlatModel &model, const json &flat, Layer &layer) {
    const int64_t above = view_offset(layer);
    layer.constants = {{"wei", model.constant(flat.at("weights"))},
                       {"bia", model.constant(flat.at("bias"))},
                       {"multiplier", model.constant(flat.at("multiplier"))},
                       {"shift", model.constant(flat.at("shift"))}};
    layer.attributes["src_zero"] = -flat.at("input_offset").get<int64_t>() - above;
    layer.attributes["dst_zero"] = flat.at("output_offset").get<int64_t>() - above;
    layer.attributes["wei_zero"] = -flat.at("weights_offset").get<int64_t>() - above;
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
    layer.attributes["groups"] = 1;
    if (layer.op == "depthwise_conv2d") {
        layer.attributes["channel_multiplier"] = flat.at("depth_multiplier");
    }
    set_channels(model, flat, layer);
}

void set_fully_connected(const FlatModel &model, const json &flat, Layer &layer) {
    const auto wei = model.shape(flat.at("weights"));
    layer.attributes["m"] = 1;
    layer.attributes["k"] = wei[1];
    layer.attributes["n"] = wei[0];
    set_channels(model, flat, layer);
}

void set_average_pool(const FlatModel &model, const json &flat, Layer &layer) {
    set_image("c", model.shape(flat.at("input")), model.shape(flat.at("output")), flat, layer);
    layer.attributes["kh"] = flat.at("filter").at(0);
    layer.attributes["kw"] = flat.at("filter").at(1);
}

void set_add(const FlatModel &, const json &flat, Layer &layer) {
    for (const std::string tensor : {"a", "b", "d"}) {
        for (const std::string outer : {"0", "1", "2"}) {
            layer.attributes[tensor + outer] = 1;
        }
        layer.attributes[tensor + "3"] = layer.dst[0].elements();
    }
    const std::pair<const char *, const char *> operands[] = {
        {"src0", "input1"}, {"src1", "input2"}, {"dst", "output"}};
    for (const auto &[operand, name] : operands) {
        const json &factor = flat.at(std::string(name) + "_mult_shift");
        layer.attributes[std::string(operand) + "_multiplier"] = factor.at(0);
        layer.attributes[std::string(operand) + "_shift"] = factor.at(1);
        const int64_t offset = flat.at(std::string(name) + "_offset");
        const int64_t zero = std::string(operand) == "dst" ? offset : -offset;
        layer.attributes[std::string(operand) + "_zero"] = zero - view_offset(layer);
    }
    layer.attributes["left_shift"] = flat.at("left_shift");
    layer.attributes["src0_constant"] = 0;
    layer.attributes["src1_constant"] = 0;
}

void set_softmax(const FlatModel &model, const json &flat, Layer &layer) {
    const auto shape = model.shape(flat.at("input"));
    layer.attributes["rows"] = shape[0];
    layer.attributes["depth"] = shape[1];
    layer.attributes["multiplier"] = flat.at("input_multiplier");
    layer.attributes["shift"] = flat.at("input_left_shift");
    layer.attributes["diff_min"] = flat.at("diff_min");
    layer.attributes["dst_bits"] = 8;
}

void set_reshape(const FlatModel &model, const json &flat, Layer &layer) {
    layer.attributes["bytes"] = model.tensor(flat.at("input")).bytes();
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
    layer.name = flat.at("output");
    layer.op = op;
    layer.dst = {model.tensor(flat.at("output"))};
    layer.attributes["u8"] = layer.dst[0].dtype == DType::u8 ? 1 : 0;
    layer.attributes["bits"] = 8;
    reader(model, flat, layer);
    if (flat.contains("act_min")) {
        layer.attributes["clamp_min"] = flat.at("act_min").get<int64_t>() - view_offset(layer);
        layer.attributes["clamp_max"] = flat.at("act_max").get<int64_t>() - view_offset(layer);
    }
    return layer;
}

} // namespace

std::vector<FlatLayer> read_flat_layers(const std::string &name) {
    const FlatModel model(name);
    std::vector<FlatLayer> layers;
    for (const json &flat : model.content.at("layers")) {
        FlatLayer layer{read_layer(model, flat), {}, model.entry(flat.at("output")).at("fnv1a64")};
        for (const char *key : {"input", "input1", "input2"}) {
            if (flat.contains(key)) {
                layer.layer.src.push_back(model.tensor(flat.at(key)));
                layer.src.push_back(model.data(flat.at(key)));
            }
        }
        layers.push_back(std::move(layer));
    }
    return layers;
}

std::string fnv1a64(const std::vector<uint8_t> &bytes) {
    uint64_t hash = 1469598103934665603u;
    for (const uint8_t byte : bytes) {
        hash = (hash ^ byte) * 0x100000001b3u;
    }
    return fmt::format("{:016x}", hash);
}

} // namespace nibble::test
