// From a Model to a model folder: one line a tensor and an operator, so that two models can be compared by eye.
// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "model/error.h"
#include "model/model.h"
#include "model/quantization.h"
#include "model/safetensors.h"

namespace nibble {

namespace {

using nlohmann::ordered_json;

/// Entries are named by position, for names of tensors need be neither unique nor there at all.
std::string data_name(size_t index) { return fmt::format("t{}", index); }

ordered_json to_json(const Tensor &tensor, size_t index) {
    ordered_json object = {{"name", tensor.name},
                           {"shape", tensor.shape},
                           {"layout", tensor.layout},
                           {"dtype", to_string(tensor.dtype)},
                           {"quantization", nullptr}};
    if (tensor.quantization) {
        object["quantization"] = to_json(*tensor.quantization);
    }
    if (tensor.is_constant()) {
        object["data"] = data_name(index);
    }
    return object;
}

ordered_json to_json(const Operator &op) {
    return {{"type", op.type},
            {"name", op.name},
            {"inputs", op.inputs},
            {"outputs", op.outputs},
            {"attributes", op.attributes},
            {"rounding", to_string(op.rounding)},
            {"k_split", op.k_split}};
}

std::string lines_of(const std::vector<ordered_json> &items) {
    std::string text = "[";
    for (size_t i = 0; i < items.size(); ++i) {
        text += (i == 0 ? "\n  " : ",\n  ") + items[i].dump();
    }
    return text + (items.empty() ? "]" : "\n ]");
}

std::string document_of(const Model &model) {
    std::vector<ordered_json> tensors, operators;
    for (size_t i = 0; i < model.tensors.size(); ++i) {
        tensors.push_back(to_json(model.tensors[i], i));
    }
    for (const Operator &op : model.operators) {
        operators.push_back(to_json(op));
    }
    return fmt::format(
        "{{\n \"nibble\": 1,\n \"tensors\": {},\n \"operators\": {},\n \"inputs\": {},\n \"outputs\": {}\n}}\n",
        lines_of(tensors), lines_of(operators), ordered_json(model.inputs).dump(), ordered_json(model.outputs).dump());
}

void write_file(const std::string &text, const std::filesystem::path &path) {
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    stream << text;
    stream.flush();
    if (!stream) {
        throw Error({path.string(), "file", std::strerror(errno), "a writable file"});
    }
}

} // namespace

void write_model(const Model &model, const std::filesystem::path &folder) {
    check_model(model);
    std::string document;
    try {
        document = document_of(model);
    } catch (const nlohmann::json::exception &error) {
        throw Error({model.source, "names", error.what(), "UTF-8"});
    }
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        throw Error({folder.string(), "folder", error.message(), "a writable folder"});
    }
    std::map<std::string, const Tensor *> constants;
    for (size_t i = 0; i < model.tensors.size(); ++i) {
        if (model.tensors[i].is_constant()) {
            constants[data_name(i)] = &model.tensors[i];
        }
    }
    write_safetensors(constants, folder / "weights.safetensors");
    write_file(document, folder / "model.json");
}

} // namespace nibble
