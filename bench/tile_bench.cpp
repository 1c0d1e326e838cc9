// SPDX-License-Identifier: Apache-2.0
#include "bench/tile_bench.h"

#include <algorithm>
#include <memory>

#include "bench/emulated_tiles.h"
#include "bench/native_tiles.h"
#include "model/error.h"

namespace nibble {
namespace {

constexpr uint32_t seed = 20261128;

/// The result of each layer's tile.
std::vector<TileCost *> results_of(const Program &program, std::vector<TileCost> &costs) {
    std::vector<TileCost *> results;
    for (const CompiledLayer &layer : program.layers) {
        const Tile &tile = program.kernel_of(layer).request.tile;
        results.push_back(
            &*std::find_if(costs.begin(), costs.end(), [&](const TileCost &cost) { return cost.tile == tile; }));
    }
    return results;
}

} // namespace

std::string cost_unit(const TargetFacts &target) {
    if (target.runner == "native") {
        return "ns";
    }
    if (target.on_gpu()) {
        throw Error(Finding{"tune", "--target", target.name, "a processor's: a GPU's kernels are not searched"});
    }
    return target.modelled_processors.empty() ? "packets" : "cycles";
}

std::vector<TileCost> cost_tiles(const Layer &layer, const TargetFacts &target, const std::vector<Tile> &tiles,
                                 int jobs, const Tools &tools) {
    const TempFolder work(std::filesystem::temp_directory_path(), "nibble-tune-");
    const TileProgram program = compile_tiles(layer, target, tiles, jobs, tools, work);
    std::vector<TileCost> costs;
    for (const Tile &tile : tiles) {
        costs.push_back({tile, 0, false, ""});
    }
    const auto data = std::make_shared<LayerData>(program.program.layers.front(), Weights::warm, seed);
    const std::vector<TileCost *> results = results_of(program.program, costs);
    for (TileCost *result : results) {
        result->compiled = true;
    }
    (cost_unit(target) == "ns" ? time_tiles : count_tiles)(program, data, tools, results);
    return costs;
}

} // namespace nibble
