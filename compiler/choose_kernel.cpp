// SPDX-License-Identifier: Apache-2.0
#include "compiler/choose_kernel.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/hash.h"
#include "compiler/operators/support/weight_zero.h"
#include "generators/requantise_kind.h"
#include "model/error.h"

namespace nibble {

namespace {

/// Bits of the weights that a layer's kernel reads: 4 where the target has a lowering that unpacks them.
int64_t kernel_weight_bits(const Layer &layer, const OperatorRow &row, const TargetFacts &target) {
    const bool unpacks = operators::wei_bits(layer) == 4 && target.weight_types.at("s4") != "widened" &&
                         target.lowering_of(row.kernel, 4) != nullptr;
    return unpacks ? 4 : 8;
}

} // namespace

std::string choose_lowering(const Layer &layer, const OperatorRow &row, const TargetFacts &target) {
    const int64_t weight_bits = kernel_weight_bits(layer, row, target);
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

ChosenKernel choose_kernel(const Layer &layer, const OperatorRow &row, const std::string &lowering,
                           const Program &program) {
    const TargetFacts &target = program.target;
    KernelRequest request;
    TileChoice choice;
    request.op = row.kernel;
    request.lowering = lowering;
    request.halide_target = target.halide_target;
    request.parameters = row.kernel_parameters(layer, lowering);
    fit_rounding(target, request.parameters);
    try {
        const TileSpace space = find_tile_space(row.kernel, lowering, target, &request.schedule);
        choice = program.choose_tile(request, space, target);
    } catch (const std::out_of_range &) {
        throw Error(Finding{"targets/" + target.name + ".json", "operator " + layer.op,
                            fmt::format("no schedule of {} for lowering {}", target.family, lowering),
                            "one, or a generic one"});
    }
    request.tile = choice.tile;
    return {std::move(request), std::move(choice)};
}

size_t kernel_for(Program &program, ChosenKernel chosen, const std::string &layer) {
    const std::string function = "nibble_k_" + sha256(nlohmann::json(chosen.request).dump()).substr(0, 16);
    const auto same = [&](const Kernel &kernel) { return kernel.function == function; };
    const auto known = std::find_if(program.kernels.begin(), program.kernels.end(), same);
    if (known != program.kernels.end()) {
        return static_cast<size_t>(known - program.kernels.begin());
    }
    Kernel kernel;
    kernel.request = std::move(chosen.request);
    kernel.tile_origin = std::move(chosen.tile.origin);
    kernel.measured = std::move(chosen.tile.measured);
    kernel.function = function;
    kernel.layer = layer;
    program.kernels.push_back(std::move(kernel));
    return program.kernels.size() - 1;
}

void fit_rounding(const TargetFacts &target, Attributes &kernel) {
    const auto kind = kernel.find("requantise");
    if (kind != kernel.end() && kind->second == requantise_nearest && target.lanes_of("f32", 2) == 1) {
        kind->second = requantise_nearest_s32;
    }
}

bool can_scale(const Layer &layer, const TargetFacts &target) {
    // What a kernel scales once for an output is affordable one by one.
    const auto scales_groups = find_operator(layer.op)->scales_groups;
    return !scales_groups || !scales_groups(layer) || target.lanes_of("f32", 2) > 1;
}

Finding unscaled(const Layer &layer, const Program &program) {
    return {program.source, fmt::format("operator '{}': scales of groups", layer.name), "f32",
            fmt::format("integers (group_multiplier), or scales by channel: {} has no vectors of f32",
                        program.target.name)};
}

} // namespace nibble
