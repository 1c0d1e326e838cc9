// SPDX-License-Identifier: Apache-2.0
#include "compiler/fit_scratch.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "compiler/choose_kernel.h"
#include "compiler/place_vtcm.h"
#include "model/error.h"

namespace nibble {

namespace {

/// The parameter that is lower in `a`, where all others are the same; empty where it is not so.
std::string lower_parameter(const Tile &a, const Tile &b) {
    std::string lower;
    for (const auto &[name, value] : a) {
        const auto other = b.find(name);
        if (other == b.end() || value > other->second || (value < other->second && !lower.empty())) {
            return "";
        }
        lower = value < other->second ? name : lower;
    }
    return lower;
}

/// The legal tiles that have one parameter at its next lower value, and which a layer may run in place with where it
/// may now.
std::vector<Tile> next_lower(const KernelRequest &request, const TileSpace &space, const TargetFacts &target) {
    const auto in_place = [&](const Tile &tile) { return space.in_place && space.in_place(request.parameters, tile); };
    std::map<std::string, Tile> nearest;
    for (const Tile &tile : space.legal(request.parameters, target)) {
        const std::string name = lower_parameter(tile, request.tile);
        if (name.empty() || in_place(tile) != in_place(request.tile)) {
            continue;
        }
        const auto [it, is_first] = nearest.emplace(name, tile);
        if (!is_first && it->second.at(name) < tile.at(name)) {
            it->second = tile;
        }
    }
    std::vector<Tile> tiles;
    for (auto &[name, tile] : nearest) {
        tiles.push_back(std::move(tile));
    }
    return tiles;
}

/// The kernel with the one of those tiles that takes least scratch.
Kernel smaller_kernel(const Program &program, const Kernel &kernel, const BuildTiles &build) {
    const KernelRequest &request = kernel.request;
    Program trial;
    trial.source = program.source;
    trial.target = program.target;
    const TileSpace space = find_tile_space(request.op, request.lowering, program.target, nullptr);
    for (const Tile &tile : next_lower(request, space, program.target)) {
        KernelRequest lower = request;
        lower.tile = tile;
        kernel_for(trial, {std::move(lower), {tile, "scratch", std::nullopt}}, kernel.layer);
    }
    if (trial.kernels.empty()) {
        return kernel;
    }
    build(trial);
    return *std::min_element(trial.kernels.begin(), trial.kernels.end(), [](const Kernel &a, const Kernel &b) {
        return a.facts.scratch_bytes < b.facts.scratch_bytes;
    });
}

/// Lowers the kernel's scratch to `bytes`, or as far as it goes.
void shrink(const Program &program, Kernel &kernel, int64_t bytes, const BuildTiles &build) {
    while (kernel.facts.scratch_bytes > bytes) {
        Kernel smaller = smaller_kernel(program, kernel, build);
        if (smaller.facts.scratch_bytes >= kernel.facts.scratch_bytes) {
            return;
        }
        kernel = std::move(smaller);
    }
}

Finding too_much(const Program &program, int64_t bytes) {
    const auto &kernels = program.kernels;
    const auto most = std::max_element(kernels.begin(), kernels.end(), [](const Kernel &a, const Kernel &b) {
        return a.facts.scratch_bytes < b.facts.scratch_bytes;
    });
    return {"--scratch", program.name, std::to_string(bytes),
            fmt::format("at least {} bytes: {} of activations and {} of the kernel of {}", program.scratch_bytes(),
                        program.scratch_bytes() - most->facts.scratch_bytes, most->facts.scratch_bytes, most->layer)};
}

} // namespace

void fit_scratch(Program &program, int64_t bytes, const BuildTiles &build) {
    if (program.scratch_bytes() <= bytes) {
        return;
    }
    const int64_t left = std::max<int64_t>(bytes - (program.scratch_bytes() - program.kernel_scratch_bytes()), 0);
    for (Kernel &kernel : program.kernels) {
        shrink(program, kernel, left, build);
    }
    place_in_vtcm(program, bytes); // smaller kernels leave the activations other room
    if (program.scratch_bytes() > bytes) {
        throw Error(too_much(program, bytes));
    }
}

} // namespace nibble
