// Depthwise 2-D convolution by vrmpy of words of four rows and words of four taps.
// SPDX-License-Identifier: Apache-2.0
//
// A vrmpy of two vectors takes both multipliers, as do the two multiplications of requantisation: 3x3 has 20 such
// packets for 128 outputs, 5x5 48. A pass over a block's columns has 32 or 64 channels, whose taps and constants stay
// in registers; it stores its part of a vector of results by way of the whole vector. Words are two rows apart, and two
// output rows share them.
//
// Packets for 128 outputs, whole kernels with `double` requantisation by channel, by `run_model --bench` on what
// bench/model_of_layers.py writes: 3x3 128@28 25.8, 512@14 27.5, 256@14 27.9, 1024@7 34.7; 5x5 128@28 59.5,
// 512@14 59.3, 640@7 70.5; 3x3s2 256@28 37.2, 5x5s2 256@28 71.6. Channels that are no multiple of 128: 3x3 32@28 65.9,
// 144@14 367 (rows that are no whole vectors are staged eight bytes at a time).
#include <algorithm>

#include "generators/column_words.h"
#include "schedules/depthwise_strips.h"
#include "schedules/dot_tile.h"
#include "schedules/expand_dot4.h"
#include "schedules/flat.h"
#include "schedules/hexagon/blended_stores.h"
#include "schedules/hexagon/dot.h"
#include "schedules/hexagon/schedules.h"

namespace nibble::hexagon {

using namespace Halide;

namespace {

constexpr int word_lanes = 32; ///< of a vector of s32
constexpr int byte_lanes = 128;

/// Whether passes over parts of a vector's channels store their parts by way of the whole vector, each once: LLVM does
/// not keep the order of a loop's loads of a vector and its stores to it.
bool blends(const Attributes &kernel) { return kernel.at("co") % byte_lanes == 0; }

/// Words that a block of `rows` output rows reads in a column, above each other.
int words_of_rows(const Attributes &kernel, int rows) {
    const ColumnWords words = column_words(kernel);
    const int source_rows = (rows - 1) * static_cast<int>(kernel.at("stride_h"));
    return (source_rows + words.step - 1) / words.step + (words.per_row - 1) * words.next + 1;
}

/// The largest divisor of `number`, at most `most`, that is a multiple of `factor`; 0 where there is none.
int divisor(int64_t number, int most, int factor) {
    for (int found = most / factor * factor; found > 0; found -= factor) {
        if (number % found == 0) {
            return found;
        }
    }
    return 0;
}

/// Fills the columns piece by piece.
void fill_columns(Func columns, Algorithm &algorithm) {
    // Steps that share their pointers' arithmetic leave the packets to shuffles and stores.
    constexpr int most_unrolled = 7;
    int update = 0;
    for (const char *piece : staged_pieces) {
        const auto domain = algorithm.domains.find(piece);
        if (domain == algorithm.domains.end()) {
            continue;
        }
        const RVar element = domain->second.x, step("step"), lane("lane");
        const int extent = static_cast<int>(*as_const_int(domain->second.x.extent()));
        // No whole vectors of rows that are not made of them: where several rows' vectors are not aligned, LLVM reads
        // all lines that they might lie in, also beyond the source.
        const int lanes = algorithm.at("channel_multiplier") > 1 ? 1 : unmasked_lanes(extent, byte_lanes, false);
        const int steps = extent / lanes;
        columns.update(update++)
            .split(element, step, lane, lanes)
            .vectorize(lane)
            .unroll(step, std::max(1, divisor(steps, std::min(most_unrolled, steps / 2), 1)));
    }
}

/// Computes the columns of a block of rows, in a ring where blocks hand words on.
void keep_columns(Algorithm &algorithm, int rows) {
    Func dst = algorithm.func("dst"), columns = algorithm.func("columns");
    const Attributes &kernel = algorithm.parameters;
    Var v("v"), yb("yb"), cb("cb");
    columns.compute_at(dst, yb).store_in(MemoryType::Heap);
    if (rows * algorithm.at("stride_h") % column_words(kernel).step == 0) {
        int ring = 1; // a power of two, so that a word's place is a mask away
        while (ring < words_of_rows(kernel, rows)) {
            ring *= 2;
        }
        columns.store_at(dst, cb).fold_storage(v, ring);
    }
    fill_columns(columns, algorithm);
}

constexpr int most_unrolled_rows = 7; ///< at once: beyond, sums and constants are spilled
constexpr int most_rows = 14;         ///< of a block, which loops start once for

} // namespace

// nv: vectors of 32 channels of a pass; yb: output rows of a block, whose columns are computed together; yr: those that
// are computed together of them, at every x.
std::vector<Tile> depthwise_conv2d_tiles(const Attributes &kernel, const TargetFacts &) {
    std::vector<Tile> tiles;
    const int most_vectors = blends(kernel) ? byte_lanes / word_lanes : 1;
    for (int yb = 1; yb <= most_rows; yb++) {
        for (int yr = 1; yr <= std::min(yb, most_unrolled_rows); yr++) {
            for (int nv = 1; nv <= most_vectors && kernel.at("oh") % yb == 0 && yb % yr == 0; nv *= 2) {
                tiles.push_back({{"nv", nv}, {"yr", yr}, {"yb", yb}});
            }
        }
    }
    return tiles;
}

Tile depthwise_conv2d_preferred(const Attributes &kernel, const TargetFacts &) {
    // Two rows share their words. Where rows are odd in number, those of a block are all unrolled.
    const int even = divisor(kernel.at("oh"), most_rows, 2);
    const int yb = even != 0 ? even : divisor(kernel.at("oh"), most_unrolled_rows, 1), yr = even != 0 ? 2 : yb;
    // A pass keeps its taps in registers: those of both rows, for there is a row's place between them.
    constexpr int64_t most_held = 12;
    const int64_t taps = 2 * column_words(kernel).per_row * kernel.at("kw");
    const bool two_vectors = blends(kernel) && yr == 2 && 2 * taps <= most_held;
    return {{"nv", two_vectors ? 2 : 1}, {"yr", yr}, {"yb", yb}};
}

void schedule_depthwise_conv2d(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    const int co = algorithm.at("co"), yr = tile.at("yr"), rows = tile.at("yb");
    const int block = column_block(algorithm.parameters), lanes = co < word_lanes ? 1 : word_lanes * tile.at("nv");
    Var c("c"), x("x"), y("y"), b("b"), cb("cb"), pass("pass"), lane("lane"), yb("yb"), yi("yi"), pixel("pixel");
    dst.split(c, cb, c, block, TailStrategy::RoundUp)
        .split(c, pass, lane, lanes, overlapping_tail(block, lanes))
        .split(y, yb, y, rows, TailStrategy::RoundUp)
        .split(y, y, yi, yr, TailStrategy::RoundUp)
        .fuse(x, y, pixel)
        .reorder(lane, yi, pixel, pass, yb, cb, b)
        .vectorize(lane)
        .unroll(yi);
    unpack_depthwise_weights(algorithm, LoopLevel(dst, cb), block_channels);
    keep_columns(algorithm, rows);
    algorithm.passes.push_back(expand_dot4_by_sdot());
    expand_requantise(algorithm);
    if (blends(algorithm.parameters)) {
        algorithm.passes.push_back(blended_stores(dst.name()));
    }
}

} // namespace nibble::hexagon
