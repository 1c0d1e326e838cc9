// SPDX-License-Identifier: Apache-2.0
#include "compiler/manifest.h"

#include "compiler/off_chip.h"
#include "compiler/plans.h"
#include "nibble.h"

namespace nibble {

namespace {

nlohmann::json quantization_entry(const Tensor &tensor) {
    if (!tensor.quantization) {
        return nullptr;
    }
    return {{"scale", tensor.quantization->scale}, {"zero_point", tensor.quantization->zero_point}};
}

nlohmann::json model_tensors(const Model &model, const std::vector<int> &tensors) {
    nlohmann::json entries = nlohmann::json::array();
    for (const int index : tensors) {
        const Tensor &tensor = model.tensors[static_cast<size_t>(index)];
        entries.push_back({{"index", index},
                           {"name", tensor.name},
                           {"shape", tensor.shape},
                           {"dtype", to_string(tensor.dtype)},
                           {"layout", tensor.layout},
                           {"quantization", quantization_entry(tensor)}});
    }
    return entries;
}

nlohmann::json bare_tensors(const std::vector<LayerTensor> &tensors) {
    nlohmann::json entries = nlohmann::json::array();
    for (const LayerTensor &tensor : tensors) {
        entries.push_back(
            {{"index", nullptr}, {"name", tensor.name}, {"shape", tensor.shape}, {"dtype", to_string(tensor.dtype)}});
    }
    return entries;
}

/// The operand types as in a kernel's name: quantised activations "qs8", channel-wise weights "qc8w".
std::string types_of(const Layer &layer) {
    const auto word = [&](DType dtype) {
        const std::string name = to_string(dtype);
        return dtype == DType::s8 || dtype == DType::u8 ? "q" + name : name;
    };
    std::string types = layer.src.empty() ? "" : word(layer.src[0].dtype);
    if (layer.op == "fully_connected_groups") {
        const std::string bits = std::to_string(layer.at("wei_bits"));
        types =
            (layer.at("src_is_f32") != 0 ? "qd8_q" : types + "_q") + (layer.at("groups") > 1 ? "b" : "c") + bits + "w";
    } else if (layer.constants.count("wei")) {
        types += "_qc8w";
    } else if (!layer.dst.empty() && !layer.src.empty() && layer.dst[0].dtype != layer.src[0].dtype) {
        types += "_" + word(layer.dst[0].dtype);
    }
    return types;
}

/// How many channels could be proven in the target's cheap form, and how many need q31; null where the form is not
/// chosen by channel.
nlohmann::json requantise_channels(const operators::RequantiseChoice &choice, const TargetFacts &target) {
    if (choice.channels == 0) {
        return nullptr;
    }
    return {{form_name(target.requantise), choice.cheap_channels}, {"q31", choice.channels - choice.cheap_channels}};
}

/// The kernel says what its generator chose; else the layer's channels have.
std::string requantise_form(const CompiledLayer &layer, const Kernel &kernel) {
    if (layer.layer.rounding == Rounding::none) {
        return "none";
    }
    return kernel.facts.requantise.empty() ? operators::requantise_name(layer.requantise.kind)
                                           : kernel.facts.requantise;
}

/// What an arena holds from which kernel to which (positions in "kernels").
nlohmann::json block_entries(const Program &program, const std::vector<ArenaBlock> &arena) {
    nlohmann::json blocks = nlohmann::json::array();
    for (const ArenaBlock &block : arena) {
        nlohmann::json names = nlohmann::json::array();
        for (const int tensor : block.tensors) {
            names.push_back(program.model.tensors[static_cast<size_t>(tensor)].name);
        }
        blocks.push_back({{"tensors", names},
                          {"indices", block.tensors},
                          {"offset", block.offset},
                          {"bytes", block.bytes},
                          {"first", block.first_step},
                          {"last", block.last_step}});
    }
    return blocks;
}

/// The arena, and how large it has to be at least.
nlohmann::json arena_entry(const Program &program) {
    return {{"bytes", program.arena_bytes},
            {"largest_live_bytes", program.largest_live_bytes},
            {"blocks", block_entries(program, program.arena)}};
}

/// The activations in VTCM, and what they save off the chip.
nlohmann::json vtcm_entry(const Program &program) {
    return {{"bytes", program.vtcm_arena_bytes},
            {"saved_bytes", saved_by_placement(program)},
            {"blocks", block_entries(program, program.vtcm)}};
}

/// What the kernel has in VTCM while it runs. One buffer each; while a tile's weights are used, the next ones are on
/// their way into the cache.
nlohmann::json staging_entries(const Program &program, const CompiledLayer &layer) {
    nlohmann::json entries = nlohmann::json::array();
    const TileTraffic traffic = traffic_of(program, layer);
    if (traffic.staged_weights > 0) {
        const MemoryLevel *cache = program.target.second_level();
        entries.push_back({{"operand", "weights"},
                           {"bytes", traffic.staged_weights},
                           {"buffers", 1},
                           {"next_in", cache == nullptr ? nlohmann::json(nullptr) : nlohmann::json(cache->name)}});
    }
    if (traffic.staged_src > 0) {
        entries.push_back({{"operand", "src"}, {"bytes", traffic.staged_src}, {"buffers", 1}, {"next_in", nullptr}});
    }
    return entries;
}

nlohmann::json off_chip_entry(const OffChip &bytes) {
    return {{"src", bytes.src}, {"dst", bytes.dst}, {"weights", bytes.weights}, {"saved", bytes.saved}};
}

/// The kernels of <function>_rows: none where there is no such function.
nlohmann::json row_kernels(const Program &program, const CompiledLayer &layer) {
    nlohmann::json entries = nlohmann::json::array();
    for (const RowKernel &rows : layer.by_rows) {
        const Kernel &kernel = program.kernels[rows.kernel];
        entries.push_back({{"rows", rows.rows}, {"kernel", kernel.function}, {"tile", kernel.request.tile}});
    }
    return entries;
}

nlohmann::json kernel_entry(const Program &program, const CompiledLayer &layer, const OffChip &off_chip) {
    const Kernel &kernel = program.kernel_of(layer);
    const Layer &shapes = layer.layer;
    return {{"layer", shapes.name},
            {"function", program.name + "_" + layer.function},
            {"operator", shapes.op},
            {"rounding", to_string(shapes.rounding)},
            {"attributes", shapes.attributes},
            {"src", program.bare ? bare_tensors(shapes.src) : model_tensors(program.model, layer.src)},
            {"dst", program.bare ? bare_tensors(shapes.dst) : model_tensors(program.model, layer.dst)},
            {"types", types_of(shapes)},
            {"lowering", layer.lowering},
            {"fallback", layer.fallback.empty() ? nlohmann::json(nullptr) : nlohmann::json(layer.fallback)},
            {"schedule", kernel.request.schedule},
            {"tile", kernel.request.tile},
            {"tile_origin", kernel.tile_origin},
            {"kernel", kernel.function},
            {"row_kernels", row_kernels(program, layer)},
            {"fused", nlohmann::json::array()},
            {"in_run", !program.bare && layer.copies},
            {"in_place", layer.in_place ? nlohmann::json(*layer.in_place) : nlohmann::json(nullptr)},
            {"requantize", requantise_form(layer, kernel)},
            {"requantize_channels", requantise_channels(layer.requantise, program.target)},
            {"staging", staging_entries(program, layer)},
            {"off_chip", off_chip_entry(off_chip)},
            {"scratch_bytes", kernel.facts.scratch_bytes},
            {"vtcm_bytes", kernel.facts.vtcm_bytes},
            {"vtcm_offset", layer.vtcm_offset},
            {"stack_bytes", kernel.facts.stack_bytes + walker_stack_bytes},
            {"packed_weight_bytes", layer.packed.bytes},
            {"listing", nullptr}};
}

} // namespace

nlohmann::json make_manifest(const Program &program, const std::string &version) {
    nlohmann::json kernels = nlohmann::json::array();
    const std::vector<OffChip> off_chip = off_chip_bytes(program);
    int64_t off_chip_total = 0;
    for (size_t i = 0; i < program.layers.size(); ++i) {
        kernels.push_back(kernel_entry(program, program.layers[i], off_chip[i]));
        off_chip_total += off_chip[i].total();
    }
    return {{"nibble", version},
            {"abi_version", NIBBLE_ABI_VERSION},
            {"name", program.name},
            {"target", program.target.name},
            {"halide_target", program.target.halide_target},
            {"cpu_features", program.target.cpu_features},
            {"runner", program.target.runner},
            {"bare_layers", program.bare},
            {"import_warnings", program.model.warnings},
            {"inputs", model_tensors(program.model, program.model.inputs)},
            {"outputs", model_tensors(program.model, program.model.outputs)},
            {"arena", arena_entry(program)},
            {"vtcm", vtcm_entry(program)},
            {"off_chip_bytes", off_chip_total},
            {"scratch_bytes", program.scratch_bytes()},
            {"worker_scratch_bytes", program.kernel_scratch_bytes()},
            {"vtcm_bytes", program.vtcm_bytes()},
            {"device_bytes", program.target.on_gpu() ? device_bytes(program) : 0},
            {"stack_bytes", program.stack_bytes()},
            {"constant_bytes", program.constant_bytes},
            {"kernels", kernels}};
}

} // namespace nibble
