// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/cmsis_network.h"

#include <map>
#include <regex>

namespace nibble::test {
namespace {

using nlohmann::json;

struct Part {
    std::string kind; ///< "conv_2d"
    json params;
};

/// Parameters by the number in their names, "conv_2d_1_input_h", which is also the layer's place.
std::map<int, Part> parts_of(const json &params) {
    static const std::regex name("(conv_2d|depthwise_conv_2d|average_pool_2d|fully_connected|softmax)_([0-9]+)_(.*)");
    std::map<int, Part> parts;
    for (const auto &[key, value] : params.items()) {
        if (std::smatch match; std::regex_match(key, match, name)) {
            Part &part = parts[std::stoi(match[2])];
            part.kind = match[1];
            part.params[match[3]] = value;
        }
    }
    return parts;
}

/// The network has other names than the vectors for some parameters, and leaves out what its layers don't vary.
void add_names_of_vectors(const std::string &kind, int64_t weights, json &params) {
    const auto copy = [&](const char *to, const char *from) { params[to] = params.at(from); };
    if (kind == "depthwise_conv_2d") {
        params["ch_mult"] = 1;
    } else if (kind == "average_pool_2d") {
        copy("batch_size", "input_batches");
        copy("input_c", "in_ch");
        copy("padding_h", "pad_h");
        copy("padding_w", "pad_w");
        copy("activation_min", "out_activation_min");
        copy("activation_max", "out_activation_max");
    } else if (kind == "fully_connected") {
        copy("out_ch", "output_w");
        params["accumulation_depth"] = weights / params.at("out_ch").get<int64_t>();
    } else if (kind == "softmax") {
        copy("input_mult", "mult");
        copy("input_left_shift", "shift");
    }
}

/// Tensors as the vectors have them: "layer_1_conv_2d_weights" is "weights", with the operator's shape.
json tensors_of(const json &tensors, const std::string &prefix) {
    json own = {{"input", tensors.at("input")}, {"output_ref", tensors.at("output_ref")}};
    for (const auto &[key, value] : tensors.items()) {
        if (key.rfind(prefix, 0) == 0) {
            own[key.substr(prefix.size())] = value;
        }
    }
    return own;
}

void set_shapes(const std::string &kind, const json &p, json &tensors) {
    const auto shape = [&](std::initializer_list<const char *> names) {
        json extents = json::array();
        for (const char *name : names) {
            extents.push_back(std::string(name) == "1" ? json(1) : p.at(name));
        }
        return extents;
    };
    json &input = tensors["input"]["shape"], &output = tensors["output_ref"]["shape"];
    if (kind == "softmax") {
        input = output = shape({"num_rows", "row_size"});
        return;
    }
    if (kind == "fully_connected") {
        input = shape({"input_batches", "accumulation_depth"});
        output = shape({"input_batches", "out_ch"});
        tensors["weights"]["shape"] = shape({"out_ch", "accumulation_depth"});
        return;
    }
    input = shape({"input_batches", "input_h", "input_w", "in_ch"});
    output = shape({"input_batches", "output_h", "output_w", "out_ch"});
    if (kind == "conv_2d") {
        tensors["weights"]["shape"] = shape({"out_ch", "filter_y", "filter_x", "in_ch"});
    } else if (kind == "depthwise_conv_2d") {
        tensors["weights"]["shape"] = shape({"1", "filter_y", "filter_x", "out_ch"});
    }
}

} // namespace

std::vector<NetworkLayer> network_layers(const CaseFile &network) {
    static const std::map<std::string, std::string> operators = {{"average_pool_2d", "average_pool2d"},
                                                                 {"conv_2d", "conv2d"},
                                                                 {"depthwise_conv_2d", "depthwise_conv2d"},
                                                                 {"fully_connected", "fully_connected"},
                                                                 {"softmax", "softmax"}};
    std::vector<NetworkLayer> layers;
    for (auto &[number, part] : parts_of(network.description().at("params"))) {
        const std::string place = std::to_string(number);
        json tensors = tensors_of(network.description().at("tensors"), "layer_" + place + "_" + part.kind + "_");
        const int64_t weights = tensors.contains("weights") ? tensors.at("weights").at("count").get<int64_t>() : 0;
        add_names_of_vectors(part.kind, weights, part.params);
        set_shapes(part.kind, part.params, tensors);
        json description = {
            {"name", part.kind + "_" + place}, {"params", std::move(part.params)}, {"tensors", std::move(tensors)}};
        layers.push_back({operators.at(part.kind), CaseFile(network, std::move(description))});
    }
    return layers;
}

} // namespace nibble::test
