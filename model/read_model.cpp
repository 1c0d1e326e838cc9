// From a model folder to a checked Model.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "model/finding_list.h"
#include "model/json_fields.h"
#include "model/json_text.h"
#include "model/model.h"
#include "model/model_places.h"
#include "model/quantization.h"
#include "model/safetensors.h"

namespace nibble {

namespace {

using nlohmann::json;

constexpr int kFormatVersion = 1;
constexpr int64_t kMaxInt = std::numeric_limits<int32_t>::max();

/// A model as model.json has it: the constants are still names of entries in weights.safetensors, empty for
/// activations.
struct Document {
    Model model;
    std::vector<std::string> data_names;
};

/// The name, if the object has one, for the findings about its other fields.
std::string name_of(const json &object) {
    return object.is_object() && object.contains("name") && object["name"].is_string()
               ? object["name"].get<std::string>()
               : "";
}

DType read_dtype(Fields &fields, FindingList &findings) {
    const auto name = fields.text("dtype");
    const auto dtype = name ? dtype_from_string(*name) : DType::s8;
    if (!dtype) {
        constexpr std::array<const char *, 8> kTwoBit = {"s2", "u2", "i2", "ui2", "int2", "uint2", "S2", "U2"};
        const bool two_bit = std::find(kTwoBit.begin(), kTwoBit.end(), *name) != kTwoBit.end();
        findings.add(fields.where("dtype"), *name,
                     two_bit ? "at least 4 bits, for 2-bit types are not supported"
                             : "one of s4, u4, s8, u8, s16, u16, s32, s64, f16, f32");
    }
    return dtype.value_or(DType::s8);
}

Tensor read_tensor(const json &object, const std::string &where, std::string &data_name, FindingList &findings) {
    Fields fields(object, where, findings);
    Tensor tensor;
    tensor.name = fields.text("name").value_or("");
    tensor.shape = fields.integers("shape", {1, kMaxInt}).value_or(tensor.shape);
    tensor.layout = fields.text("layout").value_or("");
    tensor.dtype = read_dtype(fields, findings);
    const json *quantization = fields.value("quantization");
    if (quantization != nullptr && !quantization->is_null()) {
        tensor.quantization = read_quantization(*quantization, where, findings);
    }
    if (fields.has("data")) {
        data_name = fields.text("data").value_or("?");
        if (data_name.empty()) {
            findings.add(fields.where("data"), "\"\"", "the name of an entry in weights.safetensors");
        }
    }
    fields.refuse_unknown_keys();
    return tensor;
}

std::vector<int> read_indices(const std::string &key, int64_t min, Fields &fields) {
    const auto indices = fields.integers(key, {min, kMaxInt}).value_or(std::vector<int64_t>{});
    return {indices.begin(), indices.end()};
}

Operator read_operator(const json &object, const std::string &where, FindingList &findings) {
    Fields fields(object, where, findings);
    Operator op;
    op.type = fields.text("type").value_or("");
    op.name = fields.text("name").value_or("");
    op.inputs = read_indices("inputs", -1, fields);
    op.outputs = read_indices("outputs", 0, fields);
    if (const json *attributes = fields.value("attributes")) {
        op.attributes = *attributes;
        if (!attributes->is_object()) {
            findings.add(fields.where("attributes"), preview(*attributes), "an object");
        }
    }
    const auto name = fields.text("rounding");
    const auto rounding = name ? rounding_from_string(*name) : Rounding::none;
    if (!rounding) {
        findings.add(fields.where("rounding"), *name, "one of none, double, single, float, reduced16");
    }
    op.rounding = rounding.value_or(Rounding::none);
    op.k_split = static_cast<int>(fields.integer("k_split", {1, kMaxInt}).value_or(1));
    fields.refuse_unknown_keys();
    return op;
}

void check_version(const json &document, const std::string &file) {
    if (!document.is_object() || !document.contains("nibble")) {
        throw Error({file, "nibble", "no such key", fmt::format("format version {}", kFormatVersion)});
    }
    if (document["nibble"] != kFormatVersion) {
        throw Error({file, "nibble", preview(document["nibble"]), fmt::format("format version {}", kFormatVersion)});
    }
}

Document read_document(const std::string &file) {
    const json text = parse_json(file, read_text(file));
    check_version(text, file);
    FindingList findings(file);
    Fields fields(text, "", findings);
    fields.value("nibble");

    Document document;
    document.model.source = file;
    if (const json *tensors = fields.array("tensors")) {
        document.data_names.resize(tensors->size());
        for (size_t i = 0; i < tensors->size(); ++i) {
            const json &object = (*tensors)[i];
            document.model.tensors.push_back(
                read_tensor(object, tensor_place(i, name_of(object)), document.data_names[i], findings));
        }
    }
    if (const json *operators = fields.array("operators")) {
        for (size_t i = 0; i < operators->size(); ++i) {
            const json &object = (*operators)[i];
            document.model.operators.push_back(read_operator(object, operator_place(i, name_of(object)), findings));
        }
    }
    document.model.inputs = read_indices("inputs", 0, fields);
    document.model.outputs = read_indices("outputs", 0, fields);
    fields.refuse_unknown_keys();
    findings.throw_if_any();
    return document;
}

std::string describe(const std::string &dtype, const std::vector<int64_t> &shape) {
    return fmt::format("{} [{}]", dtype, fmt::join(shape, ", "));
}

void read_constants(Document &document, const std::filesystem::path &path) {
    const SafetensorsFile file(path);
    FindingList findings(path.string());
    std::set<std::string> used;
    for (size_t i = 0; i < document.data_names.size(); ++i) {
        const std::string &name = document.data_names[i];
        Tensor &tensor = document.model.tensors[i];
        if (name.empty()) {
            continue;
        }
        const std::string expected = describe(safetensors_dtype(tensor.dtype), safetensors_shape(tensor));
        const auto entry = file.entries().find(name);
        if (entry == file.entries().end()) {
            findings.add(fmt::format("entry \"{}\"", name), "no such entry",
                         fmt::format("{} for {}", expected, tensor_place(i, tensor.name)));
            continue;
        }
        used.insert(name);
        const std::string found = describe(entry->second.dtype, entry->second.shape);
        if (found != expected) {
            findings.add(fmt::format("entry \"{}\"", name), found,
                         fmt::format("{} for {}", expected, tensor_place(i, tensor.name)));
            continue;
        }
        tensor.data = file.read(entry->second);
    }
    for (const auto &[name, unused] : file.entries()) {
        if (used.count(name) == 0) {
            findings.add(fmt::format("entry \"{}\"", name), "an entry that no tensor names",
                         "one that model.json names");
        }
    }
    findings.throw_if_any();
}

} // namespace

Model read_model(const std::filesystem::path &folder) {
    Document document = read_document((folder / "model.json").string());
    read_constants(document, folder / "weights.safetensors");
    check_model(document.model);
    return std::move(document.model);
}

} // namespace nibble
