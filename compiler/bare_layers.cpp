// SPDX-License-Identifier: Apache-2.0
#include "compiler/bare_layers.h"

#include <algorithm>

#include <stdexcept>

#include "compiler/operators/support/u8_view.h"

namespace nibble {

namespace {

constexpr int64_t max_extent = 1 << 20;

struct BareOperator {
    std::string name;
    std::vector<std::string> extents; ///< required, at least 1
    bool windows;                     ///< has kernel, stride and padding
    bool dilated;
    bool weighted; ///< has weights and requantises
    std::vector<std::string> src;
    std::vector<std::string> dst;
    std::vector<std::string> wei; ///< "1" stands for itself
};

const std::vector<BareOperator> &table() {
    static const std::vector<BareOperator> operators = {
        {"average_pool2d",
         {"n", "h", "w", "c", "oh", "ow", "kh", "kw"},
         true,
         false,
         false,
         {"n", "h", "w", "c"},
         {"n", "oh", "ow", "c"},
         {}},
        {"conv2d",
         {"n", "h", "w", "ci", "oh", "ow", "co", "kh", "kw"},
         true,
         true,
         true,
         {"n", "h", "w", "ci"},
         {"n", "oh", "ow", "co"},
         {"co", "kh", "kw", "ci"}},
        {"depthwise_conv2d",
         {"n", "h", "w", "ci", "oh", "ow", "co", "kh", "kw", "channel_multiplier"},
         true,
         true,
         true,
         {"n", "h", "w", "ci"},
         {"n", "oh", "ow", "co"},
         {"1", "kh", "kw", "co"}},
        {"fully_connected", {"m", "k", "n"}, false, false, true, {"m", "k"}, {"m", "n"}, {"n", "k"}},
        {"max_pool2d",
         {"n", "h", "w", "c", "oh", "ow", "kh", "kw"},
         true,
         false,
         false,
         {"n", "h", "w", "c"},
         {"n", "oh", "ow", "c"},
         {}},
    };
    return operators;
}

const BareOperator &row(const std::string &op) {
    for (const BareOperator &candidate : table()) {
        if (candidate.name == op) {
            return candidate;
        }
    }
    throw std::out_of_range(op + " is not a bare operator");
}

std::vector<int64_t> shape(const std::vector<std::string> &names, const Layer &layer) {
    std::vector<int64_t> extents;
    for (const std::string &name : names) {
        extents.push_back(name == "1" ? 1 : layer.at(name));
    }
    return extents;
}

} // namespace

std::vector<std::string> bare_operators() {
    std::vector<std::string> names;
    for (const BareOperator &op : table()) {
        names.push_back(op.name);
    }
    return names;
}

bool is_bare_operator(const std::string &op) {
    const std::vector<std::string> names = bare_operators();
    return std::find(names.begin(), names.end(), op) != names.end();
}

std::vector<BareAttribute> bare_attributes(const std::string &op) {
    const BareOperator &bare = row(op);
    std::vector<BareAttribute> attributes;
    for (const std::string &name : bare.extents) {
        attributes.push_back({name, 1, max_extent, true, 0});
    }
    if (bare.windows) {
        for (const char *name : {"stride_h", "stride_w"}) {
            attributes.push_back({name, 1, max_extent, false, 1});
        }
        for (const char *name : {"pad_top", "pad_left"}) {
            attributes.push_back({name, 0, max_extent, false, 0});
        }
    }
    if (bare.dilated) {
        for (const char *name : {"dilation_h", "dilation_w"}) {
            attributes.push_back({name, 1, max_extent, false, 1});
        }
    }
    if (bare.weighted) {
        for (const char *name : {"src_zero", "dst_zero"}) {
            attributes.push_back({name, -128, 127, false, 0});
        }
        attributes.push_back({"s4", 0, 1, false, 0});
    }
    attributes.push_back({"u8", 0, 1, false, 0});
    attributes.push_back({"clamp_min", -128, 127, false, -128});
    attributes.push_back({"clamp_max", -128, 127, false, 127});
    return attributes;
}

Layer bare_layer(const std::string &name, const std::string &op, const Attributes &attributes) {
    const BareOperator &bare = row(op);
    Layer layer;
    layer.name = name;
    layer.op = op;
    layer.rounding = Rounding::double_;
    layer.attributes = attributes;
    for (const BareAttribute &attribute : bare_attributes(op)) {
        if (!attribute.required) {
            layer.attributes.emplace(attribute.name, attribute.value);
        }
    }
    if (bare.weighted) {
        layer.attributes["wei_zero"] = 0;
        if (layer.at("s4") != 0) {
            layer.attributes["wei_bits"] = 4;
            layer.attributes["wei_zero_by_channel"] = 0;
        }
        layer.attributes.erase("s4");
    }
    if (op == "conv2d") {
        layer.attributes["groups"] = 1; // nibble_pack_plan knows no others
    }
    if (!bare.weighted) {
        layer.attributes["bits"] = 8;
    }
    layer.src = {{"src", DType::s8, shape(bare.src, layer)}};
    layer.dst = {{"dst", DType::s8, shape(bare.dst, layer)}};
    if (layer.at("u8") != 0) {
        operators::make_u8(layer);
    }
    return layer;
}

std::vector<std::pair<std::string, Constant>> bare_constants(const Layer &layer) {
    const BareOperator &bare = row(layer.op);
    if (!bare.weighted) {
        return {};
    }
    const int64_t channels = layer.dst[0].shape.back();
    return {{"wei", {DType::s8, shape(bare.wei, layer), {}}},
            {"bia", {DType::s32, {channels}, {}}},
            {"multiplier", {DType::s32, {channels}, {}}},
            {"shift", {DType::s32, {channels}, {}}}};
}

} // namespace nibble
