// SPDX-License-Identifier: Apache-2.0
#include "compiler/plans.h"

namespace nibble {

namespace {

Argument argument_at(const Place &place, DType dtype) {
    switch (place.space) {
    case Place::Space::input:
        return {NIBBLE_IN_INPUT, place.index, 0, dtype};
    case Place::Space::output:
        return {NIBBLE_IN_OUTPUT, place.index, 0, dtype};
    default:
        return {NIBBLE_IN_ARENA, 0, place.offset, dtype};
    }
}

/// The layer's kernel on its own activations: `src` and `dst` give the argument of each.
template <typename Src, typename Dst>
Step step_of(const Program &program, const CompiledLayer &layer, Src src, Dst dst) {
    Step step{program.kernel_of(layer).function, {}};
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

} // namespace

Plan model_plan(const Program &program) {
    Plan plan;
    plan.inputs = program.model.inputs.size();
    plan.outputs = program.model.outputs.size();
    plan.arena_bytes = program.arena_bytes;
    plan.scratch_bytes = program.scratch_bytes();
    plan.constants = true;
    for (const CompiledLayer &layer : program.layers) {
        if (layer.copies) {
            const auto place = [&](const std::vector<int> &tensors) {
                return [&](size_t i, DType dtype) {
                    return argument_at(program.places[static_cast<size_t>(tensors[i])], dtype);
                };
            };
            plan.steps.push_back(step_of(program, layer, place(layer.src), place(layer.dst)));
        }
    }
    return plan;
}

Plan layer_plan(const Program &program, const CompiledLayer &layer) {
    Plan plan;
    plan.inputs = layer.layer.src.size() + (program.bare && layer.packed.bytes > 0 ? 1 : 0);
    plan.outputs = layer.layer.dst.size();
    plan.scratch_bytes = program.kernel_of(layer).facts.scratch_bytes;
    plan.constants = !program.bare;
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

} // namespace nibble
