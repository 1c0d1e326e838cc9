// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/thin.h"

#include "schedules/cuda/grid.h"

namespace nibble::cuda {

using namespace Halide;

namespace {

constexpr int panel_lanes = 16;
constexpr int word = 4;

} // namespace

std::vector<Tile> thin_tiles(const Attributes &) { return {{{"slices", 16}}, {{"slices", 32}}, {{"slices", 64}}}; }

Tile preferred_thin_tile(const Attributes &kernel) {
    constexpr int steps_of_a_thread = 16;
    const int64_t steps = kernel.at("k") / word;
    return {{"slices", steps >= 64 * steps_of_a_thread ? 64 : steps >= 32 * steps_of_a_thread ? 32 : 16}};
}

LoopLevel schedule_thin(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst"), acc = algorithm.func("acc");
    const Var c = dst.args()[0], x = dst.args()[1];
    Var panel("panel"), lane("lane"), slice("slice"), thread("thread");
    dst.split(c, panel, lane, panel_lanes, TailStrategy::GuardWithIf).reorder(x, lane, panel);
    run_as_blocks(dst, algorithm, {panel});
    run_as_threads(dst, algorithm, lane);
    const LoopLevel block(dst, panel);

    RVar step("step"), slices("slices"), products("products");
    Stage update = acc.update();
    update.split(algorithm.domain("r")[0], step, products, word)
        .split(step, step, slices, tile.at("slices"), TailStrategy::GuardWithIf);
    Func part = update.rfactor(slices, slice), parts = part.in();

    acc.compute_at(block).bound_extent(c, panel_lanes).reorder(x, c);
    acc.update().reorder(slices, x, c);
    run_as_threads(acc, algorithm, c);
    run_as_threads(acc.update(), algorithm, c);

    const std::vector<Var> args = parts.args();
    parts.compute_at(block)
        .bound_extent(args[0], panel_lanes)
        .split(args[0], args[0], lane, word)
        .fuse(args[0], args[2], thread)
        .reorder(lane, args[1], thread)
        .vectorize(lane);
    run_as_threads(parts, algorithm, thread);
    part.compute_at(parts, thread).bound_extent(c, word).unroll(c).unroll(x);
    part.update().reorder(products, c, x, step).atomic().vectorize(products).unroll(c).unroll(x);
    // Loads of several steps at once hide the memory's latency.
    constexpr int steps_ahead = 4;
    if (algorithm.at("k") % (word * tile.at("slices") * steps_ahead) == 0) {
        part.update().unroll(step, steps_ahead);
    }
    return block;
}

} // namespace nibble::cuda
