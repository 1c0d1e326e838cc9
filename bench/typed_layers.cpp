// SPDX-License-Identifier: Apache-2.0
#include "bench/typed_layers.h"

#include <algorithm>
#include <cstdint>
#include <random>

#include <fmt/format.h>

#include "compiler/layers_file.h"
#include "compiler/operator_table.h"
#include "compiler/operators/support/group_samples.h"
#include "compiler/operators/support/u8_view.h"
#include "model/error.h"

namespace nibble {
namespace {

constexpr uint32_t seed = 20261121;
/// Of activations; neither 0, so that a kernel pays for them.
constexpr int64_t src_zero = -5, dst_zero = 4;

/// The inputs that share a scale: "s4g128" has 128; 0 where all do.
int64_t group_size(const std::string &wei) { return wei.size() > 3 ? std::stoll(wei.substr(3)) : 0; }

/// Gives a layer of the list the types that are asked for.
void set_types(Layer &layer, const std::string &list, const LayerTypes &types) {
    const int64_t size = group_size(types.wei);
    if (types.act == "f32" || size != 0) {
        if (layer.op != "fully_connected") {
            throw Error(Finding{list, layer.name, layer.op, "fully_connected, for these types"});
        }
        const int64_t m = layer.at("m"), k = layer.at("k"), n = layer.at("n");
        if (size != 0 && k % size != 0) {
            throw Error(Finding{list, layer.name, fmt::format("{} inputs", k), fmt::format("a multiple of {}", size)});
        }
        operators::GroupForm form;
        form.groups = size == 0 ? 1 : k / size;
        form.wei_bits = types.wei == "s8" ? 8 : 4;
        form.multiplied = types.wei == "s4i128";
        form.src_is_f32 = types.act == "f32";
        layer = operators::group_layer(layer.name, m, k, n, form);
    } else {
        layer.attributes["src_zero"] = src_zero;
        layer.attributes["dst_zero"] = dst_zero;
        if (types.wei == "s4") {
            layer.attributes["wei_bits"] = 4;
            layer.attributes["wei_zero_by_channel"] = 0;
        }
    }
    if (types.act == "u8") {
        operators::make_u8(layer);
    }
}

} // namespace

std::vector<Layer> typed_layers(const std::filesystem::path &list, const std::string &filter, const LayerTypes &types) {
    std::vector<Layer> layers = read_layers(list);
    const auto other = [&](const Layer &layer) {
        return layer.name.find(filter) == std::string::npos || (types.act == "f32" && layer.op != "fully_connected");
    };
    layers.erase(std::remove_if(layers.begin(), layers.end(), other), layers.end());
    if (layers.empty()) {
        throw Error(Finding{list.string(), "--filter", filter, "text in the name of a layer"});
    }
    std::mt19937 generator(seed);
    for (Layer &layer : layers) {
        set_types(layer, list.string(), types);
        find_operator(layer.op)->randomise(layer, generator);
    }
    return layers;
}

} // namespace nibble
