// SPDX-License-Identifier: Apache-2.0
#include "tests/support/kernel_case.h"

#include <algorithm>
#include <cstdlib>
#include <random>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/choose_kernel.h"
#include "compiler/operator_table.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/weight_zero.h"
#include "runtime/cpu_features.h"
#include "runtime/plan.h"
#include "schedules/directives.h"
#include "tests/support/emulated_kernels.h"

namespace nibble::test {

namespace {

/// Whether kernels of another processor are called here. Sanitizers look at this process alone, and kernels of a GPU
/// are called by cuda_test.
bool emulates_here(const TargetFacts &target) {
#ifdef __SANITIZE_ADDRESS__
    static_cast<void>(target);
    return false;
#else
    if (target.runner == "cuda") {
        return false;
    }
    if (has_program(target.runner)) {
        return true;
    }
    fmt::print("SKIP target {}: found no {}, expected Debian's package qemu-user\n", target.name, target.runner);
    return false;
#endif
}

std::vector<TargetFacts> find_runnable_targets() {
    std::vector<TargetFacts> runnable;
    // Targets that are none, too: what serves every machine has to serve those.
    setenv("NIBBLE_TARGETS", NIBBLE_TEST_TARGETS, 1);
    const char *only = std::getenv("NIBBLE_TEST_TARGET");
    for (const std::string &name : list_targets()) {
        if (only != nullptr && name != only) {
            continue;
        }
        const TargetFacts target = find_target(name);
        if (target.runner != "native") {
            if (emulates_here(target)) {
                runnable.push_back(target);
            }
            continue;
        }
        std::vector<std::string> missing = target.cpu_features;
        missing.erase(std::remove_if(missing.begin(), missing.end(),
                                     [](const std::string &feature) {
                                         return nibble_cpu_supports(nibble_cpu_feature_bit(feature.c_str())) != 0;
                                     }),
                      missing.end());
        if (missing.empty()) {
            runnable.push_back(target);
        } else {
            fmt::print("SKIP target {}: this CPU lacks {}\n", name, fmt::join(missing, ", "));
        }
    }
    return runnable;
}

/// Whether the target's own programs would use this schedule.
bool serves(const ScheduleRow &row, const TargetFacts &target) {
    const auto wanted = target.lowerings.find(row.op);
    if (wanted != target.lowerings.end() &&
        std::find(wanted->second.begin(), wanted->second.end(), row.lowering) == wanted->second.end()) {
        return false;
    }
    std::string family;
    find_tile_space(row.op, row.lowering, target, &family);
    return row.family == family;
}

std::vector<Tile> choose_tiles(const TileSpace &space, const Attributes &kernel, const TargetFacts &target,
                               size_t sampled, std::mt19937 &generator) {
    std::vector<Tile> tiles = {space.preferred(kernel, target)};
    std::vector<Tile> others = space.legal(kernel, target);
    others.erase(std::remove(others.begin(), others.end(), tiles.front()), others.end());
    for (; sampled > 0 && !others.empty(); --sampled) {
        const auto chosen = others.begin() + static_cast<ptrdiff_t>(generator() % others.size());
        tiles.push_back(*chosen);
        others.erase(chosen);
    }
    return tiles;
}

/// The layer with the form of requantisation that it asks for, else the richest that the target has: that serves all
/// constants.
Layer with_requantise(Layer layer, const TargetFacts &target) {
    if (!find_operator(layer.op)->reduction) {
        return layer;
    }
    const auto asked = layer.attributes.find("requantise");
    if (asked == layer.attributes.end()) {
        layer.attributes["requantise"] = operators::richest_kind(layer.rounding, target.requantise);
    } else if ((fuses_products(asked->second) && target.requantise != CheapForms::f32) ||
               (uses_s16(asked->second) && target.requantise != CheapForms::s16)) {
        asked->second = operators::general_kind(layer.rounding);
    }
    return layer;
}

} // namespace

std::string KernelCase::repro() const {
    return fmt::format("{}/{} target={} lowering={} schedule={} tile={}", request.op, layer, target, request.lowering,
                       request.schedule, nibble::to_string(request.tile));
}

const std::vector<TargetFacts> &runnable_targets() {
    static const std::vector<TargetFacts> targets = find_runnable_targets();
    return targets;
}

std::vector<Served> served_targets(const std::string &kernel, const std::vector<TargetFacts> &targets) {
    std::vector<Served> served;
    for (const ScheduleRow &row : schedule_table()) {
        for (const TargetFacts &target : targets) {
            if (row.op == kernel && serves(row, target)) {
                served.push_back({&row, target});
            }
        }
    }
    return served;
}

bool takes_weights(const ScheduleRow &row, const Layer &layer) {
    return weight_bits(row.lowering) == 8 || operators::wei_bits(layer) == 4;
}

std::vector<KernelCase> kernel_cases(const Layer &layer, size_t sampled, uint32_t seed) {
    std::mt19937 generator(seed);
    std::vector<KernelCase> cases;
    const OperatorRow &op = *find_operator(layer.op);
    for (const auto &[row, target] : served_targets(op.kernel, runnable_targets())) {
        if (!can_scale(layer, target) || !takes_weights(*row, layer)) {
            continue;
        }
        Attributes kernel = op.kernel_parameters(with_requantise(layer, target), row->lowering);
        fit_rounding(target, kernel);
        for (const Tile &tile : choose_tiles(row->space, kernel, target, sampled, generator)) {
            cases.push_back(
                {layer.name, target.name, {row->op, row->lowering, row->family, target.halide_target, kernel, tile}});
        }
    }
    return cases;
}

size_t sampled_tiles(size_t usual) {
    const char *sweep = std::getenv("NIBBLE_TEST_SWEEP");
    return sweep != nullptr ? std::strtoul(sweep, nullptr, 10) : usual;
}

} // namespace nibble::test
