// SPDX-License-Identifier: Apache-2.0
#include "schedules/x86/dot_tile.h"

#include <algorithm>
#include <limits>

namespace nibble::x86 {

using namespace Halide;

namespace {

constexpr int most_panels = 8;               // more leave fewer than four pixels to share a weight
constexpr int registers = 32;                // zmm
constexpr double dots_per_cycle = 2;         // vpdpbusd zmm
constexpr double loads_per_cycle = 2;        // of 64 bytes, or broadcasts
constexpr double dot_latency = 5;            // cycles until an accumulator can be used again
constexpr double instructions_per_cycle = 2; // of 512 bits
constexpr double staging_cycles = 1.5 / 64;  // a byte: load, flip the sign bit, store, in whole vectors
constexpr double strip_cycles = 50;          // loop set-up of a strip

bool fits_registers(int64_t mr, int64_t nv) { return mr * nv + nv + 1 <= registers; }

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Bytes a cycle from the nearest memory that holds `bytes`.
double bandwidth(const TargetFacts &target, int64_t bytes) {
    for (const MemoryLevel &level : target.memory) {
        if (level.bytes == 0 || level.bytes >= bytes) {
            return level.bytes_per_cycle;
        }
    }
    return target.memory.empty() ? std::numeric_limits<double>::infinity() : target.memory.back().bytes_per_cycle;
}

int64_t staged_bytes(const DotShape &shape, int64_t xb, int64_t yb) {
    const int64_t rows = (yb - 1) * shape.row_step + shape.halo_rows;
    return rows * (shape.whole_rows ? shape.row_bytes : xb * shape.column_bytes);
}

/// Modelled cycles of the layer: arithmetic or the weights' way to the core, whichever is longer, and what stands
/// beside it.
double cycles(const DotShape &shape, const TargetFacts &target, const Tile &tile) {
    const int64_t mr = tile.at("mr"), nv = tile.at("nv"), xb = tile.at("xb"), yb = tile.at("yb");
    const int64_t strips = ceil_div(shape.columns, xb) * ceil_div(shape.rows, yb);
    const int64_t tiles = ceil_div(xb, mr) * ceil_div(shape.panels, nv) * shape.groups * yb;
    const double vectors = static_cast<double>(mr * nv);
    const double step = std::max({vectors / dots_per_cycle, (mr + nv) / loads_per_cycle, dot_latency});
    const double requantise = vectors * shape.requantise_instructions / instructions_per_cycle;
    const double arithmetic = static_cast<double>(tiles) * (static_cast<double>(shape.steps) * step + requantise);
    const int64_t weight_bytes = shape.groups * shape.panels * shape.steps * 4 * lanes;
    const double weights = static_cast<double>(weight_bytes) / bandwidth(target, weight_bytes);
    const int64_t staged = staged_bytes(shape, xb, yb);
    // A tile reads its pixels again for every panel: from L1 if they stay there beside the panel.
    const int64_t l1 = target.memory.empty() ? 0 : target.memory.front().bytes;
    const double crowded = staged + nv * shape.steps * 4 * lanes > l1 ? 1.03 : 1.0;
    return static_cast<double>(strips) *
           (std::max(arithmetic * crowded, weights) + static_cast<double>(staged) * staging_cycles + strip_cycles);
}

/// Block sizes of a row: whole, and whole tiles.
std::vector<int64_t> column_blocks(const DotShape &shape, int64_t mr) {
    std::vector<int64_t> blocks = {shape.columns};
    if (!shape.whole_rows) {
        for (int64_t tiles = 1; tiles * mr < shape.columns; tiles *= 2) {
            blocks.push_back(tiles * mr);
        }
    }
    return blocks;
}

/// Strip heights: powers of two, and those that divide the rows.
std::vector<int64_t> row_blocks(const DotShape &shape) {
    std::vector<int64_t> blocks;
    for (int64_t yb = 1; yb <= shape.rows; yb++) {
        if ((yb & (yb - 1)) == 0 || shape.rows % yb == 0) {
            blocks.push_back(yb);
        }
    }
    return blocks;
}

} // namespace

std::vector<Tile> dot_tiles(const DotShape &shape, const TargetFacts &target) {
    // A strip lies in the second level of cache beside the weights that pass through it.
    const int64_t most_staged =
        target.memory.size() > 1 ? target.memory[1].bytes / 2 : std::numeric_limits<int64_t>::max();
    std::vector<Tile> tiles;
    for (int64_t nv = 1; nv <= std::min<int64_t>(shape.panels, most_panels); nv++) {
        if (shape.panels % nv != 0) {
            continue; // the packed constants end with the last panel
        }
        for (int64_t mr = 1; mr <= shape.columns && fits_registers(mr, nv); mr++) {
            for (const int64_t xb : column_blocks(shape, mr)) {
                for (const int64_t yb : row_blocks(shape)) {
                    const bool least = yb == 1 && xb <= (shape.whole_rows ? shape.columns : mr);
                    if (least || staged_bytes(shape, xb, yb) <= most_staged) {
                        tiles.push_back({{"mr", static_cast<int>(mr)},
                                         {"nv", static_cast<int>(nv)},
                                         {"xb", static_cast<int>(xb)},
                                         {"yb", static_cast<int>(yb)}});
                    }
                }
            }
        }
    }
    return tiles;
}

Tile preferred_dot_tile(const DotShape &shape, const TargetFacts &target) {
    const std::vector<Tile> tiles = dot_tiles(shape, target);
    return *std::min_element(tiles.begin(), tiles.end(), [&](const Tile &a, const Tile &b) {
        return cycles(shape, target, a) < cycles(shape, target, b);
    });
}

TailStrategy overlapping_tail(int extent, int factor) {
    return extent % factor == 0 ? TailStrategy::RoundUp : TailStrategy::ShiftInwards;
}

LoopLevel tile_dot(Algorithm &algorithm, const Tile &tile, int channels, int columns,
                   const std::vector<VarOrRVar> &for_each_panel, const std::vector<VarOrRVar> &outermost) {
    Func dst = algorithm.func("dst"), acc = algorithm.func("acc");
    RDom r = algorithm.domain("r");
    const int mr = tile.at("mr"), nv = tile.at("nv"), xb = tile.at("xb");
    Var c("c"), x("x"), panel("panel"), cs("cs"), cv("cv"), cl("cl"), block("block"), xo("xo"), xi("xi");

    dst.split(x, block, x, xb, overlapping_tail(columns, xb)).split(x, xo, xi, mr, overlapping_tail(xb, mr));
    std::vector<VarOrRVar> loops;
    if (channels % (nv * lanes) == 0) {
        dst.split(c, panel, cs, nv * lanes, TailStrategy::RoundUp).split(cs, cv, cl, lanes).vectorize(cl).unroll(cv);
        loops = {cl, cv, xi, xo};
    } else {
        dst.split(c, panel, cs, nv * lanes, TailStrategy::PredicateStores).vectorize(cs);
        loops = {cs, xi, xo};
    }
    loops.insert(loops.end(), for_each_panel.begin(), for_each_panel.end());
    loops.insert(loops.end(), {panel, block});
    loops.insert(loops.end(), outermost.begin(), outermost.end());
    dst.reorder(loops).unroll(xi);

    RVar k("k"), k4("k4");
    // Whole panels, also where the last outputs are fewer.
    acc.compute_at(dst, xo)
        .store_in(MemoryType::Register)
        .align_bounds(c, nv * lanes)
        .vectorize(c, lanes)
        .unroll(c)
        .unroll(x);
    std::vector<VarOrRVar> reduction = {k4, c, x, k};
    for (int dimension = 1; dimension < r.dimensions(); dimension++) {
        reduction.push_back(r[dimension]);
    }
    acc.update()
        .split(r[0], k, k4, 4)
        .reorder(reduction)
        .atomic()
        .vectorize(k4)
        .vectorize(c, lanes)
        .unroll(c)
        .unroll(x);
    return LoopLevel(dst, block);
}

} // namespace nibble::x86
