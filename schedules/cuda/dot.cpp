// SPDX-License-Identifier: Apache-2.0
#include "schedules/cuda/dot.h"

#include "schedules/cuda/dot_space.h"
#include "schedules/cuda/grid.h"

namespace nibble::cuda {

using namespace Halide;

namespace {

constexpr int panel_lanes = 16; // channels of a panel of packed weights
constexpr int word = 4;         // products of a dp4a; channels of a vector of accumulators
constexpr int vector_bytes = 16;

/// Loops of a block that its threads share: c4 words of channels, x and y.
struct BlockLoops {
    Var c4{"c4"}, lane{"lane"}, half{"half"}, tx{"tx"}, x, xv{"xv"}, y;
    Var thread{"thread"};
};

/// A thread's channels are words that lie a part of the block apart, so that neighbouring threads read neighbouring
/// words; its columns are neighbours.
void map_threads(Stage stage, const BlockLoops &v, const Tile &tile, bool has_rows) {
    const int halves = tile.at("ct") / word;
    stage.split(v.c4, v.half, v.tx, tile.at("cb") / word / halves)
        .split(v.x, v.x, v.xv, tile.at("xt"))
        .fuse(v.tx, v.x, v.thread);
    if (has_rows) {
        stage.fuse(v.thread, v.y, v.thread);
    }
}

TailStrategy moved_inwards(int extent, int factor) {
    return extent % factor == 0 ? TailStrategy::RoundUp : TailStrategy::ShiftInwards;
}

/// A block's threads fill a tile of shared memory: the loops become one, `elements` iterations of vectors.
void fill(Func tile, const Algorithm &algorithm, const std::vector<Var> &loops, int elements, int threads) {
    Var place("place"), step("step"), thread("thread");
    tile.fuse(loops[0], loops[1], place);
    for (size_t i = 2; i < loops.size(); i++) {
        tile.fuse(place, loops[i], place);
    }
    const TailStrategy tail = elements % threads == 0 ? TailStrategy::RoundUp : TailStrategy::GuardWithIf;
    tile.split(place, step, thread, threads, tail).reorder(step, thread).unroll(step);
    run_as_threads(tile, algorithm, thread);
}

void stage_operand(Algorithm &algorithm, const Tile &tile, const LoopLevel &chunk, int y) {
    Func operand = algorithm.func("operand");
    const std::vector<Var> args = operand.args();
    const int kb = tile.at("kb"), vector = kb % vector_bytes == 0 ? vector_bytes : word;
    Var lane("lane");
    operand.compute_at(chunk).bound_extent(args[0], kb).bound_extent(args[1], tile.at("xb"));
    operand.split(args[0], args[0], lane, vector).vectorize(lane);
    std::vector<Var> loops = {args[0], args[1]};
    if (y > 0) {
        operand.bound_extent(args[y], tile.at("yb"));
        loops.push_back(args[y]);
    }
    fill(operand, algorithm, loops, kb / vector * tile.at("xb") * tile.at("yb"), threads_of(tile));
}

void stage_weights(Algorithm &algorithm, const Tile &tile, const LoopLevel &chunk, int panel) {
    Func weights = algorithm.func("wei").in(algorithm.func("acc"));
    const std::vector<Var> args = weights.args();
    const int words = tile.at("kb") / word, panels = tile.at("cb") / panel_lanes;
    weights.compute_at(chunk)
        .bound_extent(args[0], word)
        .bound_extent(args[1], panel_lanes)
        .bound_extent(args[2], words)
        .bound_extent(args[panel], panels)
        .reorder_storage(args[0], args[1], args[panel], args[2]);
    Var run("run"), lane("lane");
    weights.fuse(args[0], args[1], run).split(run, run, lane, vector_bytes).vectorize(lane);
    fill(weights, algorithm, {run, args[panel], args[2]}, panel_lanes * word / vector_bytes * panels * words,
         threads_of(tile));
}

/// 4-bit weights as they are multiplied: a thread takes both nibbles out of the bytes that it loads.
void stage_nibbles(Algorithm &algorithm, const Tile &tile, const LoopLevel &chunk) {
    Func nibbles = algorithm.func("nibbles");
    const std::vector<Var> args = nibbles.args(); // place, c, half, pair, ...
    const int pairs = tile.at("kb") / (2 * word);
    Var run("run"), lane("lane");
    nibbles.compute_at(chunk)
        .bound_extent(args[0], word)
        .align_bounds(args[1], panel_lanes)
        .bound_extent(args[1], tile.at("cb"))
        .bound_extent(args[2], 2)
        .bound_extent(args[3], pairs)
        .fuse(args[0], args[1], run)
        .split(run, run, lane, vector_bytes)
        .vectorize(lane)
        .reorder(lane, args[2], run, args[3])
        .unroll(args[2]);
    fill(nibbles, algorithm, {run, args[3]}, tile.at("cb") * word / vector_bytes * pairs, threads_of(tile));
}

} // namespace

LoopLevel schedule_dot(Algorithm &algorithm, const Tile &tile, int panel, int y) {
    Func dst = algorithm.func("dst"), acc = algorithm.func("acc");
    const std::vector<Var> args = dst.args();
    const bool has_rows = y > 0;
    const int channels = output_extent(dst, 0);
    // Where the last block has fewer channels, tests of a thread's number stand before its loads from registers, and
    // Halide puts the number into their places.
    const bool whole = channels % tile.at("cb") == 0;
    Var co("co"), xo("xo"), yo("yo");
    BlockLoops v;
    v.x = Var("xi");
    v.y = Var("yi");

    dst.split(args[0], v.c4, v.lane, word, channels % word == 0 ? TailStrategy::RoundUp : TailStrategy::GuardWithIf)
        .split(v.c4, co, v.c4, tile.at("cb") / word, TailStrategy::GuardWithIf)
        .split(args[1], xo, v.x, tile.at("xb"), moved_inwards(output_extent(dst, 1), tile.at("xb")));
    std::vector<Var> outer(args.begin() + 2, args.end());
    if (has_rows) {
        dst.split(args[2], yo, v.y, tile.at("yb"), moved_inwards(output_extent(dst, 2), tile.at("yb")));
        outer[0] = yo;
    }
    map_threads(dst, v, tile, has_rows);
    std::vector<VarOrRVar> loops = {v.lane, v.half, v.xv, v.thread, co, xo};
    loops.insert(loops.end(), outer.begin(), outer.end());
    dst.reorder(loops).vectorize(v.lane).unroll(v.half).unroll(v.xv);
    run_as_threads(dst, algorithm, v.thread);
    for (size_t i = 1; i < outer.size(); i++) {
        dst.fuse(outer[0], outer[i], outer[0]);
    }
    std::vector<VarOrRVar> blocks = {co, xo};
    if (!outer.empty()) {
        blocks.push_back(outer[0]);
    }
    run_as_blocks(dst, algorithm, blocks);
    const LoopLevel block(dst, co);

    acc.compute_at(block)
        .store_in(whole ? MemoryType::Register : MemoryType::Auto)
        .bound_extent(args[0], tile.at("cb"))
        .bound_extent(args[1], tile.at("xb"));
    BlockLoops a;
    a.x = args[1];
    a.y = has_rows ? args[2] : Var("none");
    acc.split(args[0], a.c4, a.lane, word);
    map_threads(acc, a, tile, has_rows);
    acc.reorder(a.lane, a.half, a.xv, a.thread).vectorize(a.lane).unroll(a.half).unroll(a.xv);
    run_as_threads(acc, algorithm, a.thread);

    RDom r = algorithm.domain("r");
    RVar chunk("chunk"), k("k"), products("products");
    Stage update = acc.update();
    update.split(args[0], a.c4, a.lane, word);
    map_threads(update, a, tile, has_rows);
    update.split(r[0], chunk, k, tile.at("kb")).split(k, k, products, word);
    std::vector<VarOrRVar> reduction = {products, a.lane, a.half, a.xv, k, a.thread, chunk};
    const bool has_nibbles = algorithm.funcs.count("nibbles") != 0;
    if (has_nibbles) {
        RVar nibble("nibble");
        update.split(k, k, nibble, 2).unroll(nibble);
        reduction.insert(reduction.begin() + 4, nibble);
    }
    for (int d = 1; d < r.dimensions(); d++) {
        reduction.push_back(r[d]);
    }
    update.reorder(reduction).atomic().vectorize(products).unroll(a.lane).unroll(a.half).unroll(a.xv).unroll(k);
    run_as_threads(update, algorithm, a.thread);
    stage_operand(algorithm, tile, {acc, chunk}, y);
    if (has_nibbles) {
        stage_nibbles(algorithm, tile, {acc, chunk});
    } else {
        stage_weights(algorithm, tile, {acc, chunk}, panel);
    }
    return block;
}

void compute_by_block(Func func, const Algorithm &algorithm, const LoopLevel &block, int threads) {
    func.compute_at(block);
    const Var first = func.args()[0];
    const auto spread = [&](Stage stage) {
        Var step("step"), thread("thread");
        stage.split(first, step, thread, threads, TailStrategy::GuardWithIf);
        run_as_threads(stage, algorithm, thread);
    };
    spread(func);
    if (func.has_update_definition()) {
        spread(func.update());
    }
}

} // namespace nibble::cuda
