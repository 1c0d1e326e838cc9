// SPDX-License-Identifier: Apache-2.0
#include "autotune/layer_message.h"

#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "compiler/files.h"
#include "compiler/operator_table.h"
#include "model/error.h"
#include "model/json_text.h"

namespace nibble {
namespace {

using nlohmann::json;

json tensor_list(const std::vector<LayerTensor> &tensors) {
    json list = json::array();
    for (const LayerTensor &tensor : tensors) {
        list.push_back({{"name", tensor.name}, {"dtype", to_string(tensor.dtype)}, {"shape", tensor.shape}});
    }
    return list;
}

DType dtype_of(const json &entry) {
    // value() throws where another version knows a type more.
    return dtype_from_string(entry.at("dtype").get<std::string>()).value();
}

std::vector<LayerTensor> tensors_of(const json &list) {
    std::vector<LayerTensor> tensors;
    for (const json &entry : list) {
        tensors.push_back(
            {entry.at("name").get<std::string>(), dtype_of(entry), entry.at("shape").get<std::vector<int64_t>>()});
    }
    return tensors;
}

Layer layer_of(const json &message) {
    Layer layer;
    layer.name = message.at("name").get<std::string>();
    layer.op = message.at("op").get<std::string>();
    layer.rounding = rounding_from_string(message.at("rounding").get<std::string>()).value();
    layer.attributes = message.at("attributes").get<Attributes>();
    layer.src = tensors_of(message.at("src"));
    layer.dst = tensors_of(message.at("dst"));
    layer.widened = message.at("widened").get<std::string>();
    for (const auto &[name, entry] : message.at("constants").items()) {
        layer.constants[name] = {dtype_of(entry), entry.at("shape").get<std::vector<int64_t>>(),
                                 entry.at("data").get_binary()};
    }
    return layer;
}

} // namespace

void write_layer_message(const std::filesystem::path &file, const Layer &layer) {
    json constants = json::object();
    for (const auto &[name, constant] : layer.constants) {
        constants[name] = {
            {"dtype", to_string(constant.dtype)}, {"shape", constant.shape}, {"data", json::binary(constant.data)}};
    }
    const json message = {{"nibble", NIBBLE_VERSION},
                          {"name", layer.name},
                          {"op", layer.op},
                          {"rounding", to_string(layer.rounding)},
                          {"attributes", layer.attributes},
                          {"src", tensor_list(layer.src)},
                          {"dst", tensor_list(layer.dst)},
                          {"widened", layer.widened},
                          {"constants", constants}};
    const std::vector<uint8_t> bytes = json::to_cbor(message);
    write_file(file, {reinterpret_cast<const char *>(bytes.data()), bytes.size()});
}

Layer read_layer_message(const std::filesystem::path &file) {
    const std::string expected = "a layer that tune " NIBBLE_VERSION " --scheduler sent";
    try {
        const json message = json::from_cbor(read_file(file));
        if (const std::string version = message.at("nibble").get<std::string>(); version != NIBBLE_VERSION) {
            throw Error(Finding{file.string(), "version", version, expected});
        }
        Layer layer = layer_of(message);
        if (find_operator(layer.op) == nullptr) {
            throw Error(Finding{file.string(), "operator", layer.op, expected});
        }
        return layer;
    } catch (const Error &) {
        throw;
    } catch (const std::exception &problem) {
        throw Error(Finding{file.string(), "layer", problem.what(), expected});
    }
}

} // namespace nibble
