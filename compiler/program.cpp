// SPDX-License-Identifier: Apache-2.0
#include "compiler/program.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/hash.h"
#include "compiler/operators/support/weight_zero.h"
#include "model/error.h"
#include "nibble.h"

namespace nibble {

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

/// Hands out names of C functions, distinct where case is ignored because macros carry them too.
class FunctionNames {
public:
    std::string unique(const std::string &wanted) {
        const std::string base = c_identifier(wanted);
        std::string name = base;
        for (int i = 1; !free(name); ++i) {
            name = base + "_" + std::to_string(i);
        }
        for (const char *suffix : suffixes_) {
            taken_.insert(lower(name) + suffix);
        }
        return name;
    }

private:
    bool free(const std::string &name) const {
        return std::none_of(suffixes_.begin(), suffixes_.end(),
                            [&](const char *suffix) { return taken_.count(lower(name) + suffix) != 0; });
    }

    static constexpr std::array<const char *, 3> suffixes_ = {"", "_pack", "_rows"}; ///< of a layer's functions

    std::set<std::string> taken_ = {"run", "info", "supported", "open", "close"};
};

/// Bits of the weights that a layer's kernel reads: 4 where the target has a lowering that unpacks them.
int64_t kernel_weight_bits(const Layer &layer, const OperatorRow &row, const TargetFacts &target) {
    const bool unpacks = operators::wei_bits(layer) == 4 && target.weight_types.at("s4") != "widened" &&
                         target.lowering_of(row.kernel, 4) != nullptr;
    return unpacks ? 4 : 8;
}

/// The best lowering that the operator has and the target wants for weights of so many bits; the operator's first where
/// the target names none.
std::string choose_lowering(const OperatorRow &row, int64_t weight_bits, const TargetFacts &target) {
    const auto wanted = target.lowerings.find(row.kernel);
    if (wanted == target.lowerings.end()) {
        return row.lowerings.front();
    }
    for (const std::string &lowering : wanted->second) {
        if (nibble::weight_bits(lowering) == weight_bits &&
            std::find(row.lowerings.begin(), row.lowerings.end(), lowering) != row.lowerings.end()) {
            return lowering;
        }
    }
    throw Error(Finding{"targets/" + target.name + ".json", "lowerings." + row.kernel,
                        fmt::format("{}", fmt::join(wanted->second, ", ")),
                        fmt::format("one of {}", fmt::join(row.lowerings, ", "))});
}

/// Empty where the kernel reads the weights as the model has them.
std::string fallback_of(const Layer &layer, const OperatorRow &row, const std::string &lowering,
                        const TargetFacts &target) {
    if (operators::wei_bits(layer) == weight_bits(lowering) && layer.widened.empty()) {
        return "";
    }
    const bool unpacks = target.lowering_of(row.kernel, 4) != nullptr;
    const std::string why =
        target.name + (unpacks ? " asks for it (weight_types)" : " has no " + row.kernel + " kernel that unpacks them");
    return "4-bit weights widened to 8 bits: " + (layer.widened.empty() ? why : layer.widened);
}

KernelRequest choose_kernel(const Layer &layer, const OperatorRow &row, const std::string &lowering,
                            const TargetFacts &target) {
    KernelRequest request;
    request.op = row.kernel;
    request.lowering = lowering;
    request.halide_target = target.halide_target;
    request.parameters = row.kernel_parameters(layer, lowering);
    try {
        request.tile =
            find_tile_space(row.kernel, lowering, target, &request.schedule).preferred(request.parameters, target);
    } catch (const std::out_of_range &) {
        throw Error(Finding{"targets/" + target.name + ".json", "operator " + layer.op,
                            fmt::format("no schedule of {} for lowering {}", target.family, lowering),
                            "one, or a generic one"});
    }
    return request;
}

int64_t aligned(int64_t bytes) {
    return (bytes + NIBBLE_ARENA_ALIGNMENT - 1) / NIBBLE_ARENA_ALIGNMENT * NIBBLE_ARENA_ALIGNMENT;
}

/// Whether each group's sum is scaled in f32.
bool has_group_scales(const Layer &layer) {
    return layer.op == "fully_connected_groups" && layer.at("groups") > 1 && layer.at("multiplied") == 0;
}

/// The kernel of the request, added where no layer has asked for it: they share.
size_t kernel_for(Program &program, KernelRequest request, const std::string &layer) {
    const std::string function = "nibble_k_" + sha256(nlohmann::json(request).dump()).substr(0, 16);
    const auto same = [&](const Kernel &kernel) { return kernel.function == function; };
    const auto known = std::find_if(program.kernels.begin(), program.kernels.end(), same);
    if (known != program.kernels.end()) {
        return static_cast<size_t>(known - program.kernels.begin());
    }
    Kernel kernel;
    kernel.request = std::move(request);
    kernel.function = function;
    kernel.layer = layer;
    program.kernels.push_back(std::move(kernel));
    return program.kernels.size() - 1;
}

/// Adds layers to a program, sharing kernels between those with equal requests.
class ProgramBuilder {
public:
    explicit ProgramBuilder(Program &program) : program_(program) {}

    void add(Layer layer, std::vector<int> src, std::vector<int> dst) {
        const OperatorRow &row = *find_operator(layer.op);
        if (!can_round(layer, program_.target)) {
            throw Error(unrounded(layer));
        }
        CompiledLayer compiled;
        compiled.function = names_.unique(layer.name);
        compiled.lowering = choose_lowering(row, kernel_weight_bits(layer, row, program_.target), program_.target);
        compiled.fallback = fallback_of(layer, row, compiled.lowering, program_.target);
        if (row.reduction) {
            compiled.requantise =
                operators::choose_requantise(layer, row.reduction(layer), program_.target.requantise_f32);
            layer.attributes["requantise"] = compiled.requantise.kind;
        }
        KernelRequest request = choose_kernel(layer, row, compiled.lowering, program_.target);
        compiled.overwritable = overwritable_sources(
            layer, request, find_tile_space(row.kernel, compiled.lowering, program_.target, nullptr));
        compiled.kernel = kernel_for(program_, std::move(request), layer.name);
        compiled.packed = row.packed_layout(layer, compiled.lowering);
        if (!program_.bare) {
            compiled.constants = aligned(program_.constant_bytes);
            program_.constant_bytes = compiled.constants + compiled.packed.bytes;
        }
        compiled.src = std::move(src);
        compiled.dst = std::move(dst);
        compiled.layer = std::move(layer);
        program_.layers.push_back(std::move(compiled));
    }

private:
    Finding unrounded(const Layer &layer) const {
        const std::string why = program_.target.name + " has no vectors of f32";
        if (has_group_scales(layer)) {
            return {program_.source, fmt::format("operator '{}': scales of groups", layer.name), "f32",
                    "integers (group_multiplier), or scales by channel: " + why};
        }
        return {program_.source, fmt::format("operator '{}': rounding", layer.name), "float",
                "double or single: " + why};
    }

    Program &program_;
    FunctionNames names_;
};

std::string tensor_names(const Model &model, const std::vector<int> &tensors) {
    std::string text;
    for (const int tensor : tensors) {
        if (tensor >= 0) {
            text += (text.empty() ? "" : ", ") + model.tensors[static_cast<size_t>(tensor)].name;
        }
    }
    return text;
}

std::string supported_operators() {
    std::string text;
    for (const OperatorRow &row : operator_table()) {
        text += (text.empty() ? "one of " : ", ") + row.name;
    }
    return text;
}

std::vector<Finding> unsupported_operators(const Model &model) {
    std::vector<Finding> findings;
    for (const Operator &op : model.operators) {
        if (!find_operator(op.type)) {
            findings.push_back({model.source,
                                fmt::format("operator {} ({} -> {})", op.name, tensor_names(model, op.inputs),
                                            tensor_names(model, op.outputs)),
                                "unsupported type " + op.type, supported_operators()});
        }
    }
    return findings;
}

/// nibble_tensor_info has room for so many dimensions.
void check_ranks(const Model &model, std::vector<Finding> &findings) {
    for (const std::vector<int> *tensors : {&model.inputs, &model.outputs}) {
        for (const int index : *tensors) {
            const Tensor &tensor = model.tensors[static_cast<size_t>(index)];
            if (tensor.shape.size() > NIBBLE_MAX_DIMS) {
                findings.push_back({model.source, "tensor " + tensor.name,
                                    fmt::format("{} dimensions", tensor.shape.size()),
                                    fmt::format("at most {}", NIBBLE_MAX_DIMS)});
            }
        }
    }
}

/// Graph outputs have to be written by exactly one operator into exactly one caller's buffer.
void check_outputs(const Model &model, std::vector<Finding> &findings) {
    std::set<int> written;
    for (const Operator &op : model.operators) {
        written.insert(op.outputs.begin(), op.outputs.end());
    }
    std::set<int> seen;
    for (const int output : model.outputs) {
        const std::string where = "output " + model.tensors[static_cast<size_t>(output)].name;
        if (!written.count(output)) {
            findings.push_back({model.source, where, "no operator that writes it", "the output of an operator"});
        }
        if (!seen.insert(output).second) {
            findings.push_back({model.source, where, "the same tensor twice", "each output once"});
        }
    }
}

std::vector<int> activations(const Model &model, const std::vector<int> &tensors) {
    std::vector<int> kept;
    for (const int tensor : tensors) {
        if (tensor >= 0 && !model.tensors[static_cast<size_t>(tensor)].is_constant()) {
            kept.push_back(tensor);
        }
    }
    return kept;
}

std::vector<Layer> legalise(const Model &model) {
    std::vector<Finding> findings = unsupported_operators(model);
    check_outputs(model, findings);
    check_ranks(model, findings);
    std::vector<Layer> layers;
    for (const Operator &op : model.operators) {
        if (const OperatorRow *row = find_operator(op.type)) {
            layers.push_back(row->legalise(model, op, findings));
        }
    }
    if (!findings.empty()) {
        throw Error(std::move(findings));
    }
    return layers;
}

} // namespace

int64_t Program::most(int64_t KernelFacts::*fact) const {
    int64_t most = 0;
    for (const Kernel &kernel : kernels) {
        most = std::max(most, kernel.facts.*fact);
    }
    return most;
}

int64_t Program::kernel_scratch_bytes() const { return most(&KernelFacts::scratch_bytes); }

int64_t Program::vtcm_bytes() const { return most(&KernelFacts::vtcm_bytes); }

int64_t Program::stack_bytes() const { return most(&KernelFacts::stack_bytes) + walker_stack_bytes; }

size_t add_kernel(Program &program, const Layer &layer, const std::string &lowering) {
    return kernel_for(program, choose_kernel(layer, *find_operator(layer.op), lowering, program.target), layer.name);
}

bool can_round(const Layer &layer, const TargetFacts &target) {
    if (target.lanes_of("f32", 2) > 1) {
        return true;
    }
    // What a group's kernel does once for an output is affordable one by one.
    const bool by_row = layer.op == "fully_connected_groups";
    return by_row ? !has_group_scales(layer) : layer.rounding != Rounding::float_;
}

std::vector<size_t> overwritable_sources(const Layer &layer, const KernelRequest &request, const TileSpace &space) {
    std::vector<size_t> sources;
    for (size_t i = 0; i < layer.src.size(); ++i) {
        if (find_operator(layer.op)->matches(layer, i) && space.in_place &&
            space.in_place(request.parameters, request.tile)) {
            sources.push_back(i);
        }
    }
    return sources;
}

Program plan_model(Model model, const std::string &name, const TargetFacts &target) {
    Program program;
    program.name = name;
    program.source = model.source;
    program.target = target;
    std::vector<Layer> layers = legalise(model);
    ProgramBuilder builder(program);
    for (size_t i = 0; i < layers.size(); ++i) {
        const Operator &op = model.operators[i];
        builder.add(std::move(layers[i]), activations(model, op.inputs), activations(model, op.outputs));
    }
    program.model = std::move(model);
    place_activations(program);
    return program;
}

Program plan_layers(std::vector<Layer> layers, const std::string &source, const std::string &name,
                    const TargetFacts &target) {
    Program program;
    program.name = name;
    program.source = source;
    program.bare = true;
    program.target = target;
    ProgramBuilder builder(program);
    for (Layer &layer : layers) {
        builder.add(std::move(layer), {}, {});
    }
    return program;
}

std::string c_identifier(const std::string &text) {
    std::string name;
    for (const unsigned char c : text) {
        name += std::isalnum(c) ? static_cast<char>(c) : '_';
    }
    return name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) ? "_" + name : name;
}

} // namespace nibble
