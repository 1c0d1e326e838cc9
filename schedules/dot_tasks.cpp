// SPDX-License-Identifier: Apache-2.0
#include "schedules/dot_tasks.h"

#include "generators/dot_lowering.h"
#include "schedules/dot_tile.h"
#include "schedules/tasks.h"

namespace nibble {

using namespace Halide;

namespace {

/// Instructions that multiply vectors: a lane of 32 bits sums several products.
int64_t dot_instructions(Algorithm &algorithm, int64_t outputs) {
    const RDom r = algorithm.domain("r");
    int64_t products = outputs;
    for (int dimension = 0; dimension < r.dimensions(); dimension++) {
        products *= *as_const_int(r[dimension].extent());
    }
    return products / (algorithm.vector_bytes / 4 * dot_lowering(algorithm.lowering).products);
}

/// The loops that tile_dot makes of columns and channels.
std::vector<TaskLoop> tile_loops(const Algorithm &algorithm, const Tile &tile, int channels, int columns) {
    const int panel = dot_lowering(algorithm.lowering).panel;
    const int panel_channels = tile.at("nv") * panel;
    return {steps_apart("block", columns, tile.at("xb")), {"panel", (channels + panel_channels - 1) / panel_channels}};
}

} // namespace

void run_conv2d_in_tasks(Algorithm &algorithm, const Tile &tile) {
    const auto at = [&](const char *name) { return algorithm.at(name); };
    std::vector<TaskLoop> loops = tile_loops(algorithm, tile, at("co") / at("groups"), at("ow"));
    loops.insert(loops.begin(), {{"b", at("n")}, steps_apart("yo", at("oh"), tile.at("yb"))});
    run_in_tasks(algorithm.func("dst"), loops,
                 dot_instructions(algorithm, int64_t{at("n")} * at("oh") * at("ow") * at("co")), tile);
}

void run_batch_matmul_in_tasks(Algorithm &algorithm, const Tile &tile) {
    const auto at = [&](const char *name) { return algorithm.at(name); };
    std::vector<TaskLoop> loops = tile_loops(algorithm, tile, at("n"), at("m"));
    loops.insert(loops.begin(), {{"b0", at("d0")}, {"b1", at("d1")}, {"b2", at("d2")}});
    const int64_t matrices = int64_t{at("d0")} * at("d1") * at("d2");
    run_in_tasks(algorithm.func("dst"), loops, dot_instructions(algorithm, matrices * at("m") * at("n")), tile);
}

void run_fully_connected_in_tasks(Algorithm &algorithm, const Tile &tile) {
    const int rows = algorithm.at("m"), channels = algorithm.at("n");
    run_in_tasks(algorithm.func("dst"), tile_loops(algorithm, tile, channels, rows),
                 dot_instructions(algorithm, int64_t{rows} * channels), tile);
}

void run_transpose_conv2d_in_tasks(Algorithm &algorithm, const Tile &tile) {
    const auto at = [&](const char *name) { return algorithm.at(name); };
    run_in_tasks(algorithm.func("interleaved"), {{"b", at("n")}, {"y", at("oh")}},
                 dot_instructions(algorithm, int64_t{at("n")} * at("oh") * at("ow") * at("co")), tile);
}

} // namespace nibble
