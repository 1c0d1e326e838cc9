// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/pixel_sums.h"

#include <string>

#include "schedules/flat.h"
#include "schedules/zero_term.h"

namespace nibble::hexagon {

using namespace Halide;

namespace {

constexpr int word_lanes = 32;

/// Whether elements beyond a row's last one may be read: they are in scratch memory.
bool is_staged(Algorithm &algorithm) {
    return algorithm.funcs.count("words") != 0 || algorithm.func("staged").has_update_definition();
}

/// Words of a pixel in the widest of the sums, which are halved until one is left.
int words_of_pixel(const Algorithm &algorithm) {
    int words = word_lanes;
    while (algorithm.funcs.count("sums_" + std::to_string(words)) == 0) {
        words /= 2;
    }
    return words;
}

/// Sums of four neighbours: vrmpy of u8 and ones.
void add_neighbours(Func sums, const RDom &words, int lanes) {
    const Var i = sums.args()[0];
    sums.update()
        .reorder(words.x, i, words.y)
        .vectorize(i, lanes, TailStrategy::RoundUp)
        .atomic()
        .vectorize(words.x)
        .reorder(words.x, words.y, i);
}

/// Sums over windows, in vectors of pixels.
void sum_windows(Algorithm &algorithm, const LoopLevel &level) {
    for (const char *name : {"row_sum", "zero_term"}) {
        Func sum = algorithm.func(name);
        sum.compute_at(level).store_in(MemoryType::Heap).vectorize(sum.args()[0], word_lanes, TailStrategy::RoundUp);
    }
}

/// Pixels of staged rows, of so few channels that they are added one by one.
void sum_few_channels(Algorithm &algorithm, const LoopLevel &level) {
    Func sum = algorithm.func("pixel_sum");
    const Var px = sum.args()[0];
    const RVar channel = algorithm.domain("channels").x;
    sum.compute_at(level).store_in(MemoryType::Heap).vectorize(px, word_lanes, TailStrategy::RoundUp);
    sum.update().reorder(channel, px).vectorize(px, word_lanes, TailStrategy::RoundUp).unroll(channel);
    sum_windows(algorithm, level);
}

/// Pixels whose channels fill no words.
void sum_ragged_pixels(Algorithm &algorithm, const LoopLevel &level) {
    constexpr int most_unrolled = 4; // vectors of every fifth byte and beyond do not compile
    const bool is_matrix = algorithm.parameters.count("k") != 0;
    const int channels = is_matrix ? algorithm.at("k") : algorithm.at("ci") / algorithm.at("groups");
    if (!is_matrix && is_staged(algorithm) && channels <= most_unrolled) {
        sum_few_channels(algorithm, level);
    } else {
        schedule_zero_term(algorithm, level, channels, algorithm.vector_bytes);
    }
}

} // namespace

void schedule_pixel_sums(Algorithm &algorithm, const LoopLevel &level, int pixels) {
    if (algorithm.funcs.count("sums_1") == 0) {
        sum_ragged_pixels(algorithm, level);
        return;
    }
    const bool staged = is_staged(algorithm);
    Func last = algorithm.func("sums_1");
    for (int words = words_of_pixel(algorithm); words >= 1; words /= 2) {
        Func sums = algorithm.func("sums_" + std::to_string(words));
        const Var i = sums.args()[0], y = sums.args()[1];
        // Nothing beyond a source that is not staged may be read: its last vector overlaps the one before, where sums
        // are made of sums; those of bytes, which add to what they were set to, go one by one.
        const int64_t count = int64_t{pixels} * words;
        const bool overlaps = !staged && count % word_lanes != 0;
        const bool whole = !overlaps || (!sums.has_update_definition() && count > word_lanes);
        const int lanes = whole ? word_lanes : 1;
        const TailStrategy tail = overlaps ? TailStrategy::ShiftInwards : TailStrategy::RoundUp;
        // LLVM takes loads of every second word for unreachable where a row is two vectors long.
        sums.store_in(MemoryType::Heap).align_storage(i, 4 * word_lanes).vectorize(i, lanes, tail);
        sums.align_bounds(i, staged ? word_lanes : words);
        if (words == 1) {
            sums.compute_at(level);
        } else {
            sums.compute_at(last, y);
        }
        if (sums.has_update_definition()) {
            add_neighbours(sums, algorithm.domain("words"), lanes);
        }
    }
    if (algorithm.funcs.count("row_sum") == 0 || (algorithm.at("kh") == 1 && algorithm.at("kw") == 1)) {
        return; // one product a pixel
    }
    if (staged) {
        sum_windows(algorithm, level);
    } else {
        for (const char *name : {"row_sum", "zero_term"}) {
            algorithm.func(name).compute_at(level).store_in(MemoryType::Heap);
        }
    }
}

} // namespace nibble::hexagon
