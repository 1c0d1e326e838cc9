// SPDX-License-Identifier: Apache-2.0
#include "autotune/report_model.h"

#include <algorithm>
#include <sstream>

#include "autotune/html.h"

namespace nibble {
namespace {

using nlohmann::json;

std::string tensor_shape(const json &tensor) { return shape_text(tensor.at("shape").get<std::vector<int64_t>>()); }

/// "src + src → dst".
std::string shapes_of(const json &kernel) {
    std::string text;
    for (const json &src : kernel.at("src")) {
        text += (text.empty() ? "" : " + ") + tensor_shape(src);
    }
    text += " → ";
    for (const json &dst : kernel.at("dst")) {
        text += tensor_shape(dst);
    }
    return text;
}

std::string tile_text(const json &tile, const std::string &origin) {
    std::string text;
    for (const auto &[key, value] : tile.items()) {
        text += (text.empty() ? "" : " ") + key + "=" + std::to_string(value.get<int64_t>());
    }
    return text.empty() || origin == "default" ? text : text + " (" + origin + ")";
}

/// Of "mr=8,nv=3".
std::map<std::string, std::string> parameters_of(const std::string &tile) {
    std::map<std::string, std::string> parameters;
    std::istringstream items(tile);
    for (std::string item; std::getline(items, item, ',');) {
        const size_t equals = std::min(item.find('='), item.size());
        parameters[item.substr(0, equals)] = item.substr(std::min(equals + 1, item.size()));
    }
    return parameters;
}

/// Nothing where the record has not kept what was tried, or the kernel has a tile that was not.
ReportSearch read_search(const json &measured, const std::map<std::string, std::string> &chosen) {
    ReportSearch search;
    if (measured.is_null() || !measured.contains("tried")) {
        return search;
    }
    search.unit = measured.at("unit").get<std::string>();
    for (const json &entry : measured.at("tried")) {
        search.tried.push_back(
            {parameters_of(entry.at(0).get<std::string>()), entry.at(1).get<double>(), entry.at(2).get<double>()});
    }
    const auto winner = std::find_if(search.tried.begin(), search.tried.end(),
                                     [&](const ReportTile &tried) { return tried.tile == chosen; });
    search.chosen = static_cast<size_t>(winner - search.tried.begin());
    return winner == search.tried.end() ? ReportSearch() : search;
}

Binding binding_of(const std::string &binding) {
    if (binding == "requantise") {
        return Binding::requantize;
    }
    const std::string memory = " read";
    const bool reads =
        binding.size() > memory.size() && binding.compare(binding.size() - memory.size(), memory.size(), memory) == 0;
    return reads ? Binding::memory : Binding::compute;
}

/// The form's name, and where channels chose between two, how many chose each: "mixed: 60 f32, 4 q31".
void read_requantize(const json &kernel, ReportLayer &layer) {
    layer.requantize = kernel.at("requantize").get<std::string>();
    std::string counts;
    for (const auto &[form, channels] : kernel.at("requantize_channels").items()) {
        const auto count = channels.get<int64_t>();
        (form == "q31" ? layer.q31_channels : layer.cheap_channels) = count;
        counts += (counts.empty() ? ": " : ", ") + std::to_string(count) + " " + form;
    }
    if (layer.cheap_channels > 0 && layer.q31_channels > 0) {
        layer.requantize += counts;
    }
}

void read_measured(const json &measured, ReportLayer &layer) {
    if (measured.is_null()) {
        return;
    }
    layer.measured_cost = measured.at("cost").get<double>();
    layer.cost_unit = measured.at("unit").get<std::string>();
    if (layer.cost_unit == "ns") {
        layer.measured_us = *layer.measured_cost * 1e-3;
    }
}

/// "weights 512 KiB, the next in L2; src 1 MiB"
std::string staging_text(const json &staging) {
    std::string text;
    for (const json &entry : staging) {
        const bool alone = entry.at("buffers").get<int>() == 1;
        text += (text.empty() ? "" : "; ") + entry.at("operand").get<std::string>() + " " +
                bytes_text(entry.at("bytes").get<int64_t>()) + (alone ? "" : ", double-buffered");
        if (!entry.at("next_in").is_null()) {
            text += ", the next in " + entry.at("next_in").get<std::string>();
        }
    }
    return text;
}

void read_off_chip(const json &kernel, ReportLayer &layer) {
    const json &bytes = kernel.at("off_chip");
    for (const char *operand : {"src", "dst", "weights"}) {
        layer.off_chip_bytes += bytes.at(operand).get<int64_t>();
    }
    layer.saved_bytes = bytes.at("saved").get<int64_t>();
    layer.staging = staging_text(kernel.at("staging"));
}

ReportLayer read_layer(const json &kernel) {
    ReportLayer layer;
    layer.name = kernel.at("layer").get<std::string>();
    layer.op = kernel.at("operator").get<std::string>();
    for (const json &fused : kernel.at("fused")) {
        layer.op += " + " + fused.get<std::string>();
    }
    layer.shapes = shapes_of(kernel);
    layer.types = kernel.at("types").get<std::string>();
    layer.lowering = kernel.at("lowering").get<std::string>();
    layer.schedule = kernel.at("schedule").get<std::string>();
    layer.tile = tile_text(kernel.at("tile"), kernel.at("tile_origin").get<std::string>());
    read_requantize(kernel, layer);
    layer.in_place = !kernel.at("in_place").is_null();
    layer.listing = kernel.at("listing").is_null() ? "" : kernel.at("listing").get<std::string>();
    layer.scratch_bytes = kernel.at("scratch_bytes").get<int64_t>();
    layer.vtcm_bytes = kernel.at("vtcm_bytes").get<int64_t>();
    layer.vtcm_filled_bytes = kernel.at("bytes").at("vtcm").get<int64_t>();
    layer.vtcm_offset = kernel.at("vtcm_offset").get<int64_t>();
    layer.stack_bytes = kernel.at("stack_bytes").get<int64_t>();
    layer.weight_bytes = kernel.at("packed_weight_bytes").get<int64_t>();
    read_off_chip(kernel, layer);
    layer.macs = kernel.at("macs").get<int64_t>();
    layer.bytes = kernel.at("memory").at("bytes").get<int64_t>();
    layer.memory_level = kernel.at("memory").at("level").get<std::string>();
    layer.intensity = kernel.at("intensity").get<double>();
    layer.bound_us = kernel.at("bound_us").get<double>();
    layer.binding_text = kernel.at("binding").get<std::string>();
    layer.binding = binding_of(layer.binding_text);
    layer.tile_origin = kernel.at("tile_origin").get<std::string>();
    for (const auto &[name, value] : kernel.at("tile").items()) {
        layer.tile_parameters[name] = std::to_string(value.get<int64_t>());
    }
    read_measured(kernel.at("measured"), layer);
    layer.search = read_search(kernel.at("measured"), layer.tile_parameters);
    return layer;
}

std::vector<std::string> tensors_of(const json &tensors) {
    std::vector<std::string> texts;
    for (const json &tensor : tensors) {
        texts.push_back(tensor.at("name").get<std::string>() + ": " + tensor_shape(tensor) + " " +
                        tensor.at("dtype").get<std::string>());
    }
    return texts;
}

std::vector<ReportBlock> blocks_of(const json &arena) {
    std::vector<ReportBlock> blocks;
    for (const json &entry : arena.at("blocks")) {
        ReportBlock block;
        for (const json &name : entry.at("tensors")) {
            block.tensors += (block.tensors.empty() ? "" : ", ") + name.get<std::string>();
        }
        block.offset = entry.at("offset").get<int64_t>();
        block.bytes = entry.at("bytes").get<int64_t>();
        block.first = entry.at("first").get<int>();
        block.last = entry.at("last").get<int>();
        blocks.push_back(std::move(block));
    }
    return blocks;
}

void read_memory(const json &manifest, ReportModel &model) {
    const json &arena = manifest.at("arena"), &vtcm = manifest.at("vtcm");
    model.arena_bytes = arena.at("bytes").get<int64_t>();
    model.largest_live_bytes = arena.at("largest_live_bytes").get<int64_t>();
    model.arena = blocks_of(arena);
    model.vtcm_arena_bytes = vtcm.at("bytes").get<int64_t>();
    model.vtcm = blocks_of(vtcm);
    model.saved_bytes = vtcm.at("saved_bytes").get<int64_t>();
    model.off_chip_bytes = manifest.at("off_chip_bytes").get<int64_t>();
    model.scratch_bytes = manifest.at("scratch_bytes").get<int64_t>();
    model.vtcm_bytes = manifest.at("vtcm_bytes").get<int64_t>();
    model.stack_bytes = manifest.at("stack_bytes").get<int64_t>();
}

} // namespace

const char *to_string(Binding binding) {
    switch (binding) {
    case Binding::compute:
        return "compute";
    case Binding::requantize:
        return "requantise";
    case Binding::memory:
        return "memory";
    }
    return "";
}

bool ReportSearch::predicted() const {
    return std::any_of(tried.begin(), tried.end(), [](const ReportTile &tile) { return tile.predicted > 0; });
}

std::vector<const ReportLayer *> ReportModel::first_to_look_at(size_t count) const {
    std::vector<const ReportLayer *> order;
    for (const ReportLayer &layer : layers) {
        order.push_back(&layer);
    }
    const auto weight = [this](const ReportLayer *layer) {
        return measured ? layer->above_bound_us() : layer->bound_us;
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](const ReportLayer *a, const ReportLayer *b) { return weight(a) > weight(b); });
    order.resize(std::min(order.size(), count));
    return order;
}

ReportModel read_manifest(const json &manifest) {
    ReportModel model;
    model.version = manifest.at("nibble").get<std::string>();
    model.name = manifest.at("name").get<std::string>();
    model.target = manifest.at("target").get<std::string>();
    model.inputs = tensors_of(manifest.at("inputs"));
    model.outputs = tensors_of(manifest.at("outputs"));
    read_memory(manifest, model);
    for (const json &kernel : manifest.at("kernels")) {
        ReportLayer layer = read_layer(kernel);
        layer.number = static_cast<int>(model.layers.size()) + 1;
        model.macs += layer.macs;
        model.weight_bytes += layer.weight_bytes;
        model.saved_bytes += layer.saved_bytes;
        model.bound_us += layer.bound_us;
        model.measured |= layer.measured_us.has_value();
        model.layers.push_back(std::move(layer));
    }
    for (ReportLayer &layer : model.layers) {
        layer.time_share = model.bound_us > 0 ? layer.bound_us / model.bound_us : 0;
    }
    return model;
}

} // namespace nibble
