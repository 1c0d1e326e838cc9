// SPDX-License-Identifier: Apache-2.0
#include "schedules/depthwise_strips.h"

#include <algorithm>

#include "schedules/dot_tile.h"
#include "schedules/tasks.h"

namespace nibble {

using namespace Halide;

int64_t blocks_of(const Attributes &kernel) { return (kernel.at("co") + block_channels - 1) / block_channels; }

int64_t source_rows(const Attributes &kernel, int64_t yr) {
    return (yr - 1) * kernel.at("stride_h") + (kernel.at("kh") - 1) * kernel.at("dilation_h") + 1;
}

int64_t ring_rows(const Attributes &kernel, int64_t yr) {
    int64_t rows = 1;
    while (rows < source_rows(kernel, yr)) {
        rows *= 2;
    }
    return rows;
}

bool strips_are_even(const Attributes &kernel, int64_t yr) { return kernel.at("oh") % yr == 0; }

int blocks_in_first_level(const Attributes &kernel, const TargetFacts &target, int64_t block_bytes) {
    const int64_t all = blocks_of(kernel), most = target.memory.front().bytes / std::max<int64_t>(1, block_bytes);
    int64_t blocks = std::max<int64_t>(1, std::min(all, most));
    while (all % blocks != 0) {
        blocks--;
    }
    return static_cast<int>(blocks);
}

std::vector<Tile> strip_tiles(const Attributes &kernel, int64_t most_rows) {
    std::vector<Tile> tiles;
    const int64_t blocks = blocks_of(kernel), most = std::min(most_rows, kernel.at("oh"));
    for (int64_t nv = 1; nv <= blocks; nv++) {
        for (int64_t yr = 1; yr <= most && blocks % nv == 0; yr++) {
            tiles.push_back({{"nv", static_cast<int>(nv)}, {"yr", static_cast<int>(yr)}});
        }
    }
    return tiles;
}

namespace {

/// Vector instructions of the kernel: half a one a tap, for several are multiplied at once, and those of
/// requantisation.
int64_t strip_instructions(const Algorithm &algorithm) {
    const auto at = [&](const char *name) { return int64_t{algorithm.at(name)}; };
    const int64_t outputs = at("n") * at("oh") * at("ow") * at("co");
    return outputs / (algorithm.vector_bytes / 4) * (at("kh") * at("kw") / 2 + 8);
}

} // namespace

Strips split_into_strips(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    const int yr = tile.at("yr");
    const bool whole_panels = algorithm.at("co") % block_channels == 0;
    Var c("c"), x("x"), y("y"), b("b"), cb("cb"), co("co"), cv("cv"), cl("cl"), yo("yo"), yi("yi");
    dst.split(c, cb, cl, block_channels, whole_panels ? TailStrategy::RoundUp : TailStrategy::PredicateStores)
        .split(y, yo, yi, yr, overlapping_tail(algorithm.at("oh"), yr))
        .vectorize(cl)
        .unroll(yi);
    if (whole_panels) {
        dst.split(cb, co, cv, tile.at("nv")).reorder(cl, yi, x, cv, yo, co, b);
    } else {
        dst.reorder(cl, yi, x, cb, yo, b);
    }
    // Strips of an image hand rows on: images or groups of blocks are apart.
    const int64_t block_groups = whole_panels ? blocks_of(algorithm.parameters) / tile.at("nv") : 1;
    run_in_tasks(dst, {{"b", algorithm.at("n")}, {"co", block_groups}}, strip_instructions(algorithm), tile);
    return {LoopLevel(dst, yo), LoopLevel(dst, whole_panels ? co : b), LoopLevel(dst, whole_panels ? cv : cb)};
}

void unpack_strip_weights(Algorithm &algorithm, const Strips &strips) {
    if (algorithm.funcs.count("weights") == 0) {
        return;
    }
    Func weights = algorithm.func("weights");
    const Var c = weights.args()[0], i = weights.args()[1];
    weights.compute_at(strips.block).store_in(MemoryType::Stack).bound_extent(c, block_channels).vectorize(c).unroll(i);
}

void unpack_depthwise_weights(Algorithm &algorithm, const LoopLevel &level, int lanes) {
    if (algorithm.funcs.count("weights") == 0) {
        return;
    }
    Func weights = algorithm.func("weights");
    const Var c = weights.args()[0], i = weights.args()[1];
    Var half("half");
    weights.compute_at(level).store_in(MemoryType::Heap).align_bounds(c, block_channels).align_bounds(i, 2);
    weights.split(i, i, half, 2).reorder(c, half, i).vectorize(c, lanes).unroll(half);
}

void keep_rows(Func rows, Algorithm &algorithm, const Tile &tile, const Strips &strips) {
    Var k("k"), y("y");
    rows.compute_at(strips.strip).store_in(MemoryType::Heap).bound_extent(k, block_channels);
    if (strips_are_even(algorithm.parameters, tile.at("yr"))) {
        rows.store_at(strips.image).fold_storage(y, static_cast<int>(ring_rows(algorithm.parameters, tile.at("yr"))));
    }
}

void fill_pieces(Func staged, Algorithm &algorithm) {
    Var k("k"), c16("c16"), y("y");
    int update = 0;
    for (const char *piece : staged_pieces) {
        const auto domain = algorithm.domains.find(piece);
        if (domain != algorithm.domains.end()) {
            // Four pixels a step keep the loop's own instructions below the stores.
            staged.update(update++)
                .reorder(k, domain->second.x, c16, y)
                .vectorize(k, block_channels)
                .unroll(domain->second.x, 4, TailStrategy::GuardWithIf);
        }
    }
}

} // namespace nibble
