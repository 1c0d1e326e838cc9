// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/thin.h"

#include "schedules/cuda/grid.h"

namespace nibble::cuda {

using namespace Halide;

namespace {

constexpr int panel_lanes = 16;
constexpr int word = 4;

/// In registers, those of a thread's channels.
void unpack_nibbles(Algorithm &algorithm, const LoopLevel &step) {
    Func nibbles = algorithm.func("nibbles");
    const std::vector<Var> args = nibbles.args(); // place, c, half, ...
    Var run("run");
    nibbles.compute_at(step)
        .store_in(MemoryType::Register)
        .bound_extent(args[0], word)
        .align_bounds(args[1], word)
        .bound_extent(args[1], word)
        .bound_extent(args[2], 2)
        .fuse(args[0], args[1], run)
        .vectorize(run, word * word)
        .unroll(args[2]);
}

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

    RVar step("step"), slices("slices"), products("products"), nibble("nibble");
    const int words = algorithm.funcs.count("nibbles") != 0 ? 2 : 1; // of a step
    Stage update = acc.update();
    update.split(algorithm.domain("r")[0], step, products, word);
    if (words > 1) {
        update.split(step, step, nibble, words);
    }
    update.split(step, step, slices, tile.at("slices"), TailStrategy::GuardWithIf);
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
    // Loads of several steps at once hide the memory's latency.
    constexpr int words_ahead = 4;
    const bool is_even = algorithm.at("k") % (word * tile.at("slices") * words_ahead) == 0;
    RVar ahead("ahead");
    part.update().split(step, step, ahead, is_even ? words_ahead / words : 1).unroll(ahead);
    std::vector<VarOrRVar> loops = {products, c, x, ahead, step};
    if (words > 1) {
        loops.insert(loops.begin() + 3, nibble);
        part.update().unroll(nibble);
        unpack_nibbles(algorithm, LoopLevel(part, ahead));
    }
    part.update().reorder(loops).atomic().vectorize(products).unroll(c).unroll(x);
    return block;
}

} // namespace nibble::cuda
