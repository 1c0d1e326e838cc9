// SPDX-License-Identifier: Apache-2.0
#include "bench/native_tiles.h"

#include <algorithm>

#include "autotune/half_sample_mode.h"
#include "bench/call_timer.h"
#include "bench/kernel_case.h"
#include "bench/loaded_library.h"

namespace nibble {
namespace {

constexpr int most_rounds = 25;
constexpr int first_rounds = 5;     ///< before the first drop out
constexpr double far_behind = 1.25; ///< of the fastest: further than the clock of a busy machine moves

/// A tile that takes part.
struct Racer {
    TileCost *result;
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
            racer.result->cost = racer.mode() * 1e9;
        }
        if (round % first_rounds == 0) {
            drop_far_behind(racers);
        }
    }
}

} // namespace

void time_tiles(const TileProgram &tiles, const std::shared_ptr<LayerData> &data, const Tools &tools,
                const std::vector<TileCost *> &results) {
    const Program &program = tiles.program;
    const LoadedLibrary library(tiles.archive, program.name, tools.ld_lld);
    Caller caller(static_cast<size_t>(program.scratch_bytes()));
    std::vector<Racer> racers;
    for (size_t i = 0; i < program.layers.size(); ++i) {
        const auto function = library.function(program.name + "_" + program.layers[i].function);
        auto kernel = std::make_unique<KernelCase>(data, function, caller);
        results[i]->problem = kernel->verify();
        if (results[i]->problem.empty()) {
            auto timer = std::make_unique<CallTimer>([kernel = kernel.get()] { kernel->call(); });
            racers.push_back({results[i], std::move(kernel), std::move(timer), {}});
        }
    }
    race(std::move(racers));
}

} // namespace nibble
