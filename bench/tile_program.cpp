// SPDX-License-Identifier: Apache-2.0
#include "bench/tile_program.h"

#include "compiler/build_kernels.h"
#include "compiler/library.h"
#include "model/error.h"

namespace nibble {
namespace {

constexpr const char *library_name = "tiles";

/// The layer once for each tile.
Program program_of(const Layer &layer, const TargetFacts &target, const std::vector<Tile> &tiles) {
    size_t next = 0;
    const ChooseTile in_order = [&](const KernelRequest &, const TileSpace &, const TargetFacts &) {
        return TileChoice{tiles.at(next++), "default", std::nullopt};
    };
    return plan_layers(std::vector<Layer>(tiles.size(), layer), "tune", library_name, target, in_order);
}

/// Compiles the kernels and takes those out, with their layers, that could not be. Tiles differ, so that each layer has
/// a kernel of its own, in order.
void compile(Program &program, int jobs, const Tools &tools, const TempFolder &work) {
    BuildOptions options;
    options.jobs = jobs;
    options.keep_going = true;
    try {
        build_kernels(program, tools, KernelCache(KernelCache::default_folder()), options, work.path(),
                      [](const Kernel &, size_t, size_t, bool) {});
    } catch (const Error &) { // whose kernels have no object
    }
    std::vector<CompiledLayer> layers;
    std::vector<Kernel> kernels;
    for (size_t i = 0; i < program.layers.size(); ++i) {
        if (!program.kernels[i].object.empty()) {
            program.layers[i].kernel = kernels.size();
            layers.push_back(std::move(program.layers[i]));
            kernels.push_back(std::move(program.kernels[i]));
        }
    }
    program.layers = std::move(layers);
    program.kernels = std::move(kernels);
}

} // namespace

TileProgram compile_tiles(const Layer &layer, const TargetFacts &target, const std::vector<Tile> &tiles, int jobs,
                          const Tools &tools, const TempFolder &work) {
    TileProgram result = {program_of(layer, target, tiles), work.path() / "libtiles.a"};
    compile(result.program, jobs, tools, work);
    if (result.program.layers.empty()) {
        throw Error(
            Finding{"tune", "layer '" + layer.name + "'", "no tile that compiles", "the schedule's own at least"});
    }
    write_library(result.program, NIBBLE_VERSION, tools, work.path(), result.archive);
    return result;
}

} // namespace nibble
