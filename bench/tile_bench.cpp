// SPDX-License-Identifier: Apache-2.0
#include "bench/tile_bench.h"

#include <algorithm>
#include <memory>

#include "autotune/half_sample_mode.h"
#include "bench/call_timer.h"
#include "bench/kernel_case.h"
#include "bench/loaded_library.h"
#include "compiler/build_kernels.h"
#include "compiler/files.h"
#include "compiler/library.h"
#include "compiler/program.h"
#include "model/error.h"

namespace nibble {
namespace {

constexpr const char *library_name = "tiles";
constexpr uint32_t seed = 20261128;
constexpr int most_rounds = 25;
constexpr int first_rounds = 5;     ///< before the first drop out
constexpr double far_behind = 1.25; ///< of the fastest: further than the clock of a busy machine moves

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

/// A tile that takes part.
struct Racer {
    TimedTile *result;
    std::unique_ptr<KernelCase> kernel;
    std::unique_ptr<CallTimer> timer;
    std::vector<double> seconds;

    double mode() const { return half_sample_mode(seconds); }
};

void drop_far_behind(std::vector<Racer> &racers) {
    double fastest = racers.front().mode();
    for (const Racer &racer : racers) {
        fastest = std::min(fastest, racer.mode());
    }
    const auto is_behind = [fastest](const Racer &racer) { return racer.mode() > far_behind * fastest; };
    racers.erase(std::remove_if(racers.begin(), racers.end(), is_behind), racers.end());
}

void race(std::vector<Racer> racers) {
    for (int round = 1; round <= most_rounds && !racers.empty(); ++round) {
        for (Racer &racer : racers) {
            racer.seconds.push_back(racer.timer->sample());
            racer.result->nanoseconds = racer.mode() * 1e9;
        }
        if (round % first_rounds == 0) {
            drop_far_behind(racers);
        }
    }
}

TimedTile &result_of(const CompiledLayer &layer, const Program &program, std::vector<TimedTile> &results) {
    const Tile &tile = program.kernel_of(layer).request.tile;
    return *std::find_if(results.begin(), results.end(), [&](const TimedTile &result) { return result.tile == tile; });
}

} // namespace

std::vector<TimedTile> time_tiles(const Layer &layer, const TargetFacts &target, const std::vector<Tile> &tiles,
                                  int jobs, const Tools &tools) {
    Program program = program_of(layer, target, tiles);
    const TempFolder work(std::filesystem::temp_directory_path(), "nibble-tune-");
    compile(program, jobs, tools, work);
    std::vector<TimedTile> results;
    for (const Tile &tile : tiles) {
        results.push_back({tile, 0, "it could not be compiled"});
    }
    if (program.layers.empty()) {
        throw Error(
            Finding{"tune", "layer '" + layer.name + "'", "no tile that compiles", "the schedule's own at least"});
    }
    const std::filesystem::path archive = work.path() / "libtiles.a";
    write_library(program, NIBBLE_VERSION, tools, work.path(), archive);
    const LoadedLibrary library(archive, library_name, tools.ld_lld);
    Caller caller(static_cast<size_t>(program.scratch_bytes()));
    const auto data = std::make_shared<LayerData>(program.layers.front(), Weights::warm, seed);
    std::vector<Racer> racers;
    for (const CompiledLayer &compiled : program.layers) {
        const auto function = library.function(std::string(library_name) + "_" + compiled.function);
        auto kernel = std::make_unique<KernelCase>(data, function, caller);
        TimedTile &result = result_of(compiled, program, results);
        result.problem = kernel->verify();
        if (result.problem.empty()) {
            auto timer = std::make_unique<CallTimer>([kernel = kernel.get()] { kernel->call(); });
            racers.push_back({&result, std::move(kernel), std::move(timer), {}});
        }
    }
    race(std::move(racers));
    return results;
}

} // namespace nibble
