// SPDX-License-Identifier: Apache-2.0
#include "compiler/layers_file.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include "compiler/bare_layers.h"
#include "model/error.h"
#include "model/json_fields.h"
#include "model/json_text.h"

namespace nibble {

namespace {

/// Last output's window must begin before the padding below or to the right gets longer than the window.
void check_windows(const Layer &layer, const std::string &where, FindingList &findings) {
    if (!layer.attributes.count("kh")) {
        return;
    }
    for (const char axis : {'h', 'w'}) {
        const std::string name(1, axis);
        const int64_t last =
            (layer.at("o" + name) - 1) * layer.at("stride_" + name) - layer.at(axis == 'h' ? "pad_top" : "pad_left");
        if (last >= layer.at(name)) {
            findings.add(where, fmt::format("o{} {}", name, layer.at("o" + name)),
                         "windows that begin inside the source");
        }
    }
}

void check_layer(const Layer &layer, const std::string &where, FindingList &findings) {
    check_windows(layer, where, findings);
    if (layer.op == "depthwise_conv2d" && layer.at("co") != layer.at("ci") * layer.at("channel_multiplier")) {
        findings.add(where, fmt::format("co {}", layer.at("co")), "ci * channel_multiplier");
    }
    if (layer.at("clamp_min") > layer.at("clamp_max")) {
        findings.add(where, fmt::format("clamp_min {}", layer.at("clamp_min")), "at most clamp_max");
    }
}

/// The layer of one JSON object; nothing is appended where it can't be had.
void read_layer(const nlohmann::json &item, const std::string &where, FindingList &findings,
                std::vector<Layer> &layers) {
    Fields fields(item, where, findings);
    const auto name = fields.text("name");
    const auto op = fields.text("operator");
    const nlohmann::json *given = fields.value("attributes");
    fields.refuse_unknown_keys();
    if (!name || !op || !given) {
        return;
    }
    const std::vector<std::string> known = bare_operators();
    if (std::find(known.begin(), known.end(), *op) == known.end()) {
        findings.add(fields.where("operator"), *op, fmt::format("one of {}", fmt::join(known, ", ")));
        return;
    }
    Fields values(*given, where + ", attributes", findings);
    Attributes attributes;
    bool complete = true;
    for (const BareAttribute &attribute : bare_attributes(*op)) {
        std::optional<int64_t> value = attribute.value;
        if (attribute.required || values.has(attribute.name)) {
            value = values.integer(attribute.name, {attribute.min, attribute.max});
        }
        complete = complete && value;
        attributes[attribute.name] = value.value_or(attribute.min);
    }
    values.refuse_unknown_keys();
    if (complete) {
        layers.push_back(bare_layer(*name, *op, attributes));
        check_layer(layers.back(), where, findings);
    }
}

std::vector<Layer> read_json(const std::filesystem::path &file, FindingList &findings) {
    const nlohmann::json json = parse_json(file.string(), read_text(file));
    std::vector<Layer> layers;
    if (!json.is_array()) {
        findings.add("document", json.type_name(), "a list of layers");
        return layers;
    }
    for (size_t i = 0; i < json.size(); ++i) {
        const std::string where = fmt::format("layer {}", i);
        if (json[i].is_object()) {
            read_layer(json[i], where, findings, layers);
        } else {
            findings.add(where, preview(json[i]), "an object");
        }
    }
    return layers;
}

/// The numbers of a line after its kind and name; nothing where one is not a whole number from 0.
std::vector<int64_t> numbers(const std::vector<std::string> &cells) {
    std::vector<int64_t> values;
    for (size_t i = 2; i < cells.size(); ++i) {
        int64_t value = -1;
        const char *end = cells[i].data() + cells[i].size();
        const auto [stop, error] = std::from_chars(cells[i].data(), end, value);
        if (error != std::errc() || stop != end || value < 0 || value > (1 << 20)) {
            return {};
        }
        values.push_back(value);
    }
    return values;
}

Layer csv_convolution(const std::string &name, bool depthwise, const std::vector<int64_t> &v) {
    const int64_t h = v[0], w = v[1], ci = v[2], co = v[3], kh = v[4], kw = v[5], stride = v[6], pad = v[7];
    Attributes attributes = {{"n", 1},
                             {"h", h},
                             {"w", w},
                             {"ci", ci},
                             {"co", co},
                             {"kh", kh},
                             {"kw", kw},
                             {"oh", (h + 2 * pad - kh) / stride + 1},
                             {"ow", (w + 2 * pad - kw) / stride + 1},
                             {"stride_h", stride},
                             {"stride_w", stride},
                             {"pad_top", pad},
                             {"pad_left", pad}};
    if (depthwise) {
        attributes["channel_multiplier"] = 1;
    }
    return bare_layer(name, depthwise ? "depthwise_conv2d" : "conv2d", attributes);
}

void read_line(const std::string &line, const std::string &where, FindingList &findings, std::vector<Layer> &layers) {
    std::vector<std::string> cells;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) {
        cells.push_back(cell);
    }
    const std::string kind = cells[0];
    const bool convolution = kind == "conv" || kind == "dw";
    const std::vector<int64_t> v = numbers(cells);
    const auto positive = [&](size_t first, size_t count) {
        return std::all_of(v.begin() + static_cast<long>(first), v.begin() + static_cast<long>(first + count),
                           [](int64_t x) { return x > 0; });
    };
    if (convolution && v.size() == 8 && positive(0, 7) && v[4] <= v[0] + 2 * v[7] && v[5] <= v[1] + 2 * v[7] &&
        (kind == "conv" || v[2] == v[3])) {
        layers.push_back(csv_convolution(cells[1], kind == "dw", v));
    } else if (kind == "gemm" && v.size() == 3 && positive(0, 3)) {
        layers.push_back(bare_layer(cells[1], "fully_connected", {{"m", v[0]}, {"k", v[1]}, {"n", v[2]}}));
    } else {
        findings.add(where, line.substr(0, 60), "conv or dw,name,H,W,C,OC,KH,KW,S,P (dw: OC = C) or gemm,name,M,K,N");
    }
}

std::vector<Layer> read_csv(const std::filesystem::path &file, FindingList &findings) {
    std::vector<Layer> layers;
    std::istringstream stream(read_text(file));
    int number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        if (!line.empty() && line.back() == '\r') {
            line.pop_back();
        }
        if (!line.empty() && line[0] != '#') {
            read_line(line, fmt::format("line {}", number), findings, layers);
        }
    }
    return layers;
}

} // namespace

std::vector<Layer> read_layers(const std::filesystem::path &file) {
    FindingList findings(file.string());
    const bool csv = file.extension() == ".csv";
    if (!csv && file.extension() != ".json") {
        throw Error(Finding{file.string(), "--layers", file.extension().string(), ".json or .csv"});
    }
    std::vector<Layer> layers = csv ? read_csv(file, findings) : read_json(file, findings);
    findings.throw_if_any();
    if (layers.empty()) {
        throw Error(Finding{file.string(), "--layers", "no layer", "at least one"});
    }
    return layers;
}

} // namespace nibble
