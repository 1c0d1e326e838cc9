// Depthwise 2-D convolution by vrmpy of words of four rows and words of four taps.
// SPDX-License-Identifier: Apache-2.0
//
// A vrmpy of two vectors takes both multipliers, as do the two multiplications of requantisation: 3x3 has 20 such
// packets for 128 outputs, 5x5 48. A pass over a block's columns has 32 or 64 channels, whose taps and constants stay
// in registers; it stores its part of a vector of results by way of the whole vector. Words are two rows apart, and two
// output rows share them. Channels that are no multiple of 128 run on from pixel to pixel, so that those of some
// neighbours together are whole vectors of words (kernel parameter `pixels`), whose taps are packed as often.
//
// Packets for 128 outputs, whole kernels with `double` requantisation by channel, by `run_model --bench` on what
// bench/model_of_layers.py writes: 3x3 128@28 25.9, 384@14 27.9, 512@14 27.7, 256@14 28.2, 1024@7 33.1, 144@56 28.5,
// 144@14 42.1, 32@28 31.6; 5x5 128@28 55.4, 512@14 57.2, 640@7 70.5, 96@14 64.2, 240@14 72.7, 576@7 71.6; stride 2: 3x3
// 256@28 37.4, 96@112 47.9, 144@56 72.9, 5x5 256@28 68.0. Fewer than 32 channels that no neighbours fill up are taken
// one by one: 17@28 3550.
#include <algorithm>
#include <numeric>
#include <string>

#include "generators/column_words.h"
#include "schedules/depthwise_strips.h"
#include "schedules/dot_tile.h"
#include "schedules/expand_dot4.h"
#include "schedules/flat.h"
#include "schedules/hexagon/dot.h"
#include "schedules/hexagon/part_stores.h"
#include "schedules/hexagon/schedules.h"

namespace nibble::hexagon {

using namespace Halide;

namespace {

constexpr int word_lanes = 32; ///< of a vector of s32
constexpr int byte_lanes = 128;

/// Channels of the pixels that are computed as one.
int channels_together(const Attributes &kernel) { return static_cast<int>(kernel.at("co") * kernel.at("pixels")); }

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
    for (const char *piece : {"pad_left", "source", "source_end", "pad_right"}) {
        const auto domain = algorithm.domains.find(piece);
        if (domain == algorithm.domains.end()) {
            continue;
        }
        const RVar element = domain->second.x, step("step"), lane("lane");
        const int extent = static_cast<int>(*as_const_int(domain->second.x.extent()));
        const bool pads = std::string(piece).rfind("pad", 0) == 0;
        const int lanes = pads                                     ? word_lanes
                          : algorithm.at("channel_multiplier") > 1 ? 1
                                                                   : unmasked_lanes(extent, byte_lanes, false);
        const int steps = extent / lanes;
        columns.update(update++)
            .split(element, step, lane, lanes)
            .vectorize(lane)
            .unroll(step, std::max(1, divisor(steps, std::min(most_unrolled, steps / 2), 1)));
    }
}

/// Copies sources whose rows are no whole vectors, first as they lie, then row by row to where vectors begin: where
/// several rows' vectors are not aligned, LLVM reads all lines that they might lie in, also beyond the source.
void align_rows(Algorithm &algorithm) {
    const int row = algorithm.at("w") * algorithm.at("ci");
    if (row % byte_lanes == 0 || row < byte_lanes) {
        return;
    }
    Func lines = algorithm.func("lines"), rows = algorithm.func("rows");
    const Var e = lines.args()[0];
    lines.compute_root().store_in(MemoryType::Heap).align_bounds(e, byte_lanes).vectorize(e, byte_lanes);
    rows.compute_root()
        .store_in(MemoryType::Heap)
        .align_storage(e, byte_lanes)
        .vectorize(e, byte_lanes, TailStrategy::ShiftInwards);
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

/// Output rows from one to the next whose taps begin at the same place of a word.
int rows_of_one_place(const Attributes &kernel) {
    const int step = column_words(kernel).step;
    return step / std::gcd(step, static_cast<int>(kernel.at("stride_h")));
}

/// How passes store their parts of vectors. Loading what stands beside them has taken fewer packets than masks where a
/// pass has two vectors (25.9 against 27.8 for 3x3 128@28), or many rows of several words (70.5 against 73.7 for 5x5
/// 640@7), and more elsewhere (59.5 against 55.4 for 5x5 128@28).
Parts parts_of(const Attributes &kernel, const Tile &tile) {
    constexpr int most_masked_words = 8;
    const int channels = channels_together(kernel), nv = tile.at("nv");
    const bool loads = nv > 1 || tile.at("yr") * column_words(kernel).per_row > most_masked_words;
    if (channels % byte_lanes == 0 && loads) {
        return Parts::of_whole_vectors;
    }
    return channels % (nv * word_lanes) == 0 ? Parts::aligned : Parts::anywhere;
}

} // namespace

// nv: vectors of 32 channels of a pass; yb: output rows of a block, whose columns are computed together; yr: those that
// are computed together of them, at every x; xr: outputs of a row that are computed together.
std::vector<Tile> depthwise_conv2d_tiles(const Attributes &kernel, const TargetFacts &) {
    std::vector<Tile> tiles;
    const int most_vectors =
        fills_column_lanes(kernel) ? std::gcd(channels_together(kernel), byte_lanes) / word_lanes : 1;
    const int64_t columns = kernel.at("ow") / kernel.at("pixels");
    for (int yb = 1; yb <= most_rows; yb++) {
        for (int yr = 1; yr <= std::min(yb, most_unrolled_rows); yr++) {
            for (int nv = 1; nv <= most_vectors && kernel.at("oh") % yb == 0 && yb % yr == 0; nv *= 2) {
                for (int xr = 1; xr <= 2 && columns % xr == 0; xr++) {
                    tiles.push_back({{"nv", nv}, {"xr", xr}, {"yr", yr}, {"yb", yb}});
                }
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
    const bool whole = channels_together(kernel) % (2 * word_lanes) == 0;
    const bool two_vectors = whole && yr == 2 && 2 * taps <= most_held;
    return {{"nv", two_vectors ? 2 : 1}, {"xr", 1}, {"yr", yr}, {"yb", yb}};
}

void schedule_depthwise_conv2d(Algorithm &algorithm, const Tile &tile) {
    Func dst = algorithm.func("dst");
    const int channels = channels_together(algorithm.parameters), yr = tile.at("yr"), rows = tile.at("yb");
    const int lanes = channels < word_lanes ? 1 : word_lanes * tile.at("nv");
    const int block = channels % byte_lanes == 0 ? byte_lanes : channels;
    // Rows that are computed one by one share a pass's taps with those whose taps begin at the same place.
    const int places = rows_of_one_place(algorithm.parameters);
    const int yi_rows = yr > 1 || rows % places != 0 ? yr : places;
    Var c("c"), x("x"), y("y"), b("b"), cb("cb"), pass("pass"), lane("lane"), yb("yb"), xi("xi"), yi("yi");
    Var pixel("pixel");
    dst.split(c, cb, c, block, TailStrategy::RoundUp)
        .split(c, pass, lane, lanes, overlapping_tail(block, lanes))
        .split(y, yb, y, rows, TailStrategy::RoundUp)
        .split(y, y, yi, yi_rows, TailStrategy::RoundUp)
        .split(x, x, xi, tile.at("xr"), TailStrategy::RoundUp)
        .fuse(x, y, pixel)
        .vectorize(lane)
        .unroll(xi);
    if (yr > 1) {
        dst.reorder(lane, xi, yi, pixel, pass, yb, cb, b).unroll(yi);
    } else {
        dst.reorder(lane, xi, pixel, yi, pass, yb, cb, b);
    }
    unpack_depthwise_weights(algorithm, LoopLevel(dst, cb), block_channels);
    keep_columns(algorithm, rows);
    align_rows(algorithm);
    algorithm.passes.push_back(expand_dot4_by_sdot());
    expand_requantise(algorithm);
    algorithm.passes.push_back(part_stores(dst.name(), parts_of(algorithm.parameters, tile)));
}

} // namespace nibble::hexagon
