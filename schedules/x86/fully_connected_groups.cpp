// Fully connected layer of f32 rows by weights with group scales: vpdpbusd of unsigned weights, vectors of 16 outputs,
// by words of s8 of a row. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "schedules/dot_tile.h"
#include "schedules/tasks.h"
#include "schedules/x86/schedules.h"

namespace nibble::x86 {

using namespace Halide;

namespace {

constexpr int lanes = 16; ///< of a vector of s32 or f32: a panel
constexpr int word = 4;   ///< products of a lane

int64_t panels_of(const Attributes &kernel) { return (kernel.at("n") + lanes - 1) / lanes; }

void vectorize_rows(Algorithm &algorithm, const LoopLevel &block) {
    const auto compute = [&](const char *name) {
        return algorithm.func(name).compute_at(block).store_in(MemoryType::Heap);
    };
    const Var x("x");
    Func largests = algorithm.func("largests"), largest = algorithm.func("largest");
    largest.compute_at(block).store_in(MemoryType::Heap);
    largests.compute_at(largest, x).store_in(MemoryType::Stack).vectorize(largests.args()[0], lanes);
    largests.update().reorder(largests.args()[0], algorithm.domain("run")).vectorize(largests.args()[0], lanes);
    compute("inverse");
    compute("row_scale");
    Func staged = compute("staged"), row_sum = compute("row_sum");
    const RDom members = algorithm.domain("members");
    const int group = algorithm.at("group");
    staged.vectorize(staged.args()[0], 4 * lanes, TailStrategy::GuardWithIf);
    if (group % lanes == 0) {
        RVar vector("vector"), lane("lane");
        row_sum.update()
            .split(members, vector, lane, group % (4 * lanes) == 0 ? 4 * lanes : lanes)
            .atomic()
            .vectorize(lane);
    }
}

} // namespace

// mr rows by nv panels of sums in registers, over blocks of xb rows that are quantised together.
std::vector<Tile> fully_connected_groups_tiles(const Attributes &kernel, const TargetFacts &) {
    std::vector<Tile> tiles;
    const int64_t m = kernel.at("m"), panels = panels_of(kernel);
    for (int nv = 1; nv <= 4; nv++) {
        for (int mr = 1; mr <= std::min<int64_t>(m, 16) && mr * nv <= 24 && panels % nv == 0; mr++) {
            for (const int64_t xb : std::set<int64_t>{mr, std::min<int64_t>(m, 32), std::min<int64_t>(m, 128)}) {
                if (xb >= mr) {
                    tiles.push_back({{"mr", mr}, {"nv", nv}, {"xb", static_cast<int>(xb)}});
                }
            }
        }
    }
    return tiles;
}

Tile fully_connected_groups_preferred(const Attributes &kernel, const TargetFacts &) {
    const int64_t m = kernel.at("m"), panels = panels_of(kernel);
    const int nv = panels % 2 == 0 ? 2 : 1;
    // Sums and accumulators of short groups stay in registers; of longer ones the sums wait in the first level of
    // cache.
    const int64_t most = kernel.at("group") < 64 ? 4 : 8;
    // More rows push each other out of the second level of cache, and fewer read the weights too often.
    constexpr int64_t block_rows = 32;
    return {{"mr", static_cast<int>(std::min<int64_t>(m, most))},
            {"nv", m == 1 && panels % 4 == 0 ? 4 : nv},
            {"xb", static_cast<int>(std::min<int64_t>(m, block_rows))}};
}

void schedule_fully_connected_groups(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst"), sum = algorithm.func("sum"), acc = algorithm.func("acc");
    const int mr = tile.at("mr"), xb = tile.at("xb"), channels = tile.at("nv") * lanes, n = algorithm.at("n");
    Var c("c"), x("x"), panel("panel"), cs("cs"), cv("cv"), cl("cl"), block("block"), xo("xo"), xi("xi");
    dst.split(x, block, x, xb, overlapping_tail(algorithm.at("m"), xb)).split(x, xo, xi, mr, overlapping_tail(xb, mr));
    if (n % channels == 0) {
        dst.split(c, panel, cs, channels, TailStrategy::RoundUp)
            .split(cs, cv, cl, lanes)
            .reorder(cl, cv, xi, xo, panel, block)
            .vectorize(cl)
            .unroll(cv);
    } else {
        dst.split(c, panel, cs, channels, TailStrategy::PredicateStores)
            .reorder(cs, xi, xo, panel, block)
            .vectorize(cs);
    }
    dst.unroll(xi);
    const RDom gg = algorithm.domain("groups"), r = algorithm.domain("r");
    const auto in_registers = [&](Func func) {
        func.store_in(MemoryType::Stack)
            .align_bounds(c, channels)
            .bound_extent(c, channels)
            .vectorize(c, lanes)
            .unroll(c)
            .unroll(x);
    };
    sum.compute_at(dst, xo);
    in_registers(sum);
    sum.update().reorder(c, x, gg, sum.args()[2]).vectorize(c, lanes).unroll(c).unroll(x);
    acc.compute_at(sum, gg);
    in_registers(acc);
    const bool nibbles = algorithm.funcs.count("nibbles") != 0;
    RVar k("k"), half("half");
    std::vector<VarOrRVar> reduction = {r.x, c, x, r.y};
    if (nibbles) {
        acc.update().split(r.y, k, half, 2);
        reduction = {r.x, c, x, half, k};
    }
    acc.update().reorder(reduction).atomic().vectorize(r.x).vectorize(c, lanes).unroll(c).unroll(x);
    if (nibbles) {
        acc.update().unroll(half);
        Func unpacked = algorithm.func("nibbles");
        const std::vector<Var> args = unpacked.args();
        unpacked.compute_at(acc, k)
            .store_in(MemoryType::Stack)
            .bound_extent(args[0], 4)
            .bound_extent(args[2], 2)
            .vectorize(args[0])
            .vectorize(args[1], lanes)
            .unroll(args[1])
            .unroll(args[2]);
    }
    const int64_t panels = panels_of(algorithm.parameters);
    const int64_t dots = int64_t{algorithm.at("m")} * panels * (algorithm.at("k") / word);
    run_in_tasks(dst,
                 {steps_apart("block", algorithm.at("m"), xb), {"panel", (panels + tile.at("nv") - 1) / tile.at("nv")}},
                 dots, tile);
    vectorize_rows(algorithm, LoopLevel(dst, block));
}

} // namespace nibble::x86
