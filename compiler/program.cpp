// SPDX-License-Identifier: Apache-2.0
#include "compiler/program.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/choose_kernel.h"
#include "compiler/function_names.h"
#include "model/error.h"
#include "nibble.h"

namespace nibble {

namespace {

int64_t aligned(int64_t bytes) {
    return (bytes + NIBBLE_ARENA_ALIGNMENT - 1) / NIBBLE_ARENA_ALIGNMENT * NIBBLE_ARENA_ALIGNMENT;
}

/// Adds layers to a program, sharing kernels between those with equal requests.
class ProgramBuilder {
public:
    explicit ProgramBuilder(Program &program) : program_(program) {}

    void add(Layer layer, std::vector<int> src, std::vector<int> dst) {
        const OperatorRow &row = *find_operator(layer.op);
        if (!can_scale(layer, program_.target)) {
            throw Error(unscaled(layer, program_));
        }
        CompiledLayer compiled;
        compiled.function = names_.unique(layer.name);
        compiled.lowering = choose_lowering(layer, row, program_.target);
        compiled.fallback = fallback_of(layer, row, compiled.lowering, program_.target);
        if (row.reduction) {
            compiled.requantise = operators::choose_requantise(layer, row.reduction(layer), program_.target.requantise);
            layer.attributes["requantise"] = compiled.requantise.kind;
        }
        ChosenKernel chosen = choose_kernel(layer, row, compiled.lowering, program_);
        compiled.overwritable = overwritable_sources(
            layer, chosen.request, find_tile_space(row.kernel, compiled.lowering, program_.target, nullptr));
        compiled.kernel = kernel_for(program_, std::move(chosen), layer.name);
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

int64_t Program::vtcm_bytes() const { return std::max(vtcm_arena_bytes, most(&KernelFacts::vtcm_bytes)); }

int64_t Program::stack_bytes() const { return most(&KernelFacts::stack_bytes) + walker_stack_bytes; }

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

Program plan_model(Model model, const std::string &name, const TargetFacts &target, ChooseTile choose_tile) {
    Program program;
    program.choose_tile = std::move(choose_tile);
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
                    const TargetFacts &target, ChooseTile choose_tile) {
    Program program;
    program.choose_tile = std::move(choose_tile);
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
