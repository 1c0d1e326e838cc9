// SPDX-License-Identifier: Apache-2.0
#include "compiler/plans.h"

#include <algorithm>
#include <set>

#include "runtime/cuda/handle.h"

namespace nibble {

namespace {

Argument argument_at(const Place &place, DType dtype) {
    switch (place.space) {
    case Place::Space::input:
        return {NIBBLE_IN_INPUT, place.index, 0, dtype};
    case Place::Space::output:
        return {NIBBLE_IN_OUTPUT, place.index, 0, dtype};
    case Place::Space::vtcm:
        return {NIBBLE_IN_VTCM, 0, place.offset, dtype};
    default:
        return {NIBBLE_IN_ARENA, 0, place.offset, dtype};
    }
}

/// The layer's kernel on its own activations: `src` and `dst` give the argument of each.
template <typename Src, typename Dst>
Step step_of(const Program &program, const CompiledLayer &layer, Src src, Dst dst) {
    Step step{program.kernel_of(layer).function, {}, 0};
    const Layer &shapes = layer.layer;
    for (size_t i = 0; i < shapes.src.size(); ++i) {
        step.arguments.push_back(src(i, shapes.src[i].dtype));
    }
    for (const PackedArray &array : layer.packed.arrays) {
        if (program.bare) {
            step.arguments.push_back(
                {NIBBLE_IN_INPUT, static_cast<int64_t>(shapes.src.size()), array.offset, array.dtype});
        } else {
            step.arguments.push_back({NIBBLE_IN_CONSTANTS, 0, layer.constants + array.offset, array.dtype});
        }
    }
    for (size_t i = 0; i < shapes.dst.size(); ++i) {
        step.arguments.push_back(dst(i, shapes.dst[i].dtype));
    }
    return step;
}

std::vector<int64_t> model_bytes(const Model &model, const std::vector<int> &tensors) {
    std::vector<int64_t> bytes;
    for (const int tensor : tensors) {
        bytes.push_back(model.tensors[static_cast<size_t>(tensor)].bytes());
    }
    return bytes;
}

std::vector<int64_t> layer_bytes(const std::vector<LayerTensor> &tensors) {
    std::vector<int64_t> bytes;
    for (const LayerTensor &tensor : tensors) {
        bytes.push_back(tensor.bytes());
    }
    return bytes;
}

int64_t staged_bytes(const Plan &plan) {
    int64_t total = 0;
    for (const std::vector<int64_t> *tensors : {&plan.input_bytes, &plan.output_bytes}) {
        for (const int64_t bytes : *tensors) {
            total += static_cast<int64_t>(nibble_cuda_staged(static_cast<uint64_t>(bytes)));
        }
    }
    return total;
}

} // namespace

Plan model_plan(const Program &program) {
    Plan plan;
    plan.inputs = program.model.inputs.size();
    plan.outputs = program.model.outputs.size();
    plan.arena_bytes = program.arena_bytes;
    plan.scratch_bytes = program.scratch_bytes();
    plan.vtcm_bytes = program.vtcm_bytes();
    plan.constants = true;
    plan.input_bytes = model_bytes(program.model, program.model.inputs);
    plan.output_bytes = model_bytes(program.model, program.model.outputs);
    for (const CompiledLayer &layer : program.layers) {
        if (layer.copies) {
            const auto place = [&](const std::vector<int> &tensors) {
                return [&](size_t i, DType dtype) {
                    return argument_at(program.places[static_cast<size_t>(tensors[i])], dtype);
                };
            };
            plan.steps.push_back(step_of(program, layer, place(layer.src), place(layer.dst)));
            plan.steps.back().vtcm_offset = layer.vtcm_offset;
        }
    }
    return plan;
}

Plan layer_plan(const Program &program, const CompiledLayer &layer) {
    Plan plan;
    plan.inputs = layer.layer.src.size() + (program.bare && layer.packed.bytes > 0 ? 1 : 0);
    plan.outputs = layer.layer.dst.size();
    plan.scratch_bytes = program.kernel_of(layer).facts.scratch_bytes;
    plan.vtcm_bytes = program.kernel_of(layer).facts.vtcm_bytes;
    plan.constants = !program.bare;
    plan.input_bytes = layer_bytes(layer.layer.src);
    plan.output_bytes = layer_bytes(layer.layer.dst);
    if (program.bare && layer.packed.bytes > 0) {
        plan.input_bytes.push_back(layer.packed.bytes);
    }
    plan.steps.push_back(step_of(
        program, layer,
        [](size_t i, DType dtype) {
            return Argument{NIBBLE_IN_INPUT, static_cast<int64_t>(i), 0, dtype};
        },
        [](size_t i, DType dtype) {
            return Argument{NIBBLE_IN_OUTPUT, static_cast<int64_t>(i), 0, dtype};
        }));
    return plan;
}

Plan rows_plan(const Program &program, const CompiledLayer &layer, const RowKernel &rows) {
    const Kernel &kernel = program.kernels[rows.kernel];
    Plan plan = layer_plan(program, layer);
    plan.scratch_bytes = kernel.facts.scratch_bytes;
    plan.vtcm_bytes = kernel.facts.vtcm_bytes;
    plan.steps[0].kernel = kernel.function;
    return plan;
}

Plan open_plan(const Program &program) {
    Plan plan;
    plan.arena_bytes = program.arena_bytes;
    plan.constants = !program.bare;
    std::set<size_t> kernels;
    for (const CompiledLayer &layer : program.layers) {
        if (kernels.insert(layer.kernel).second) {
            plan.steps.push_back(layer_plan(program, layer).steps.front());
        }
    }
    return plan;
}

int64_t staging_bytes(const Program &program) {
    int64_t most = program.bare ? 0 : staged_bytes(model_plan(program));
    for (const CompiledLayer &layer : program.layers) {
        most = std::max(most, staged_bytes(layer_plan(program, layer)));
    }
    return most;
}

int64_t device_bytes(const Program &program) {
    return program.constant_bytes + program.arena_bytes + staging_bytes(program);
}

} // namespace nibble
