// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/depthwise_prediction.h"

#include <algorithm>

#include "generators/column_words.h"

namespace nibble::hexagon {
namespace {

// Packets, fitted to some twenty random tiles of each depthwise layer of tests/data/layers.csv (docs/tuning.md).
constexpr double requantise_packets = 3; // two of them multiplications, which take both multipliers
constexpr double word_packets = 1.5;     // a vector of words that is put together
constexpr double odd_packets = 3;        // a vector of outputs whose rows begin at another place of a word each time
constexpr double tile_packets = 1, strip_packets = 30;
constexpr double spilled_packets = 1.5; // for each vector too many
constexpr int64_t most_held = 22;       // taps and sums of a pass

double number(int64_t value) { return static_cast<double>(value); }

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Words that `rows` output rows read in a column, above each other.
int64_t words_of_rows(const Attributes &kernel, int64_t rows) {
    const ColumnWords words = column_words(kernel);
    return ceil_div((rows - 1) * kernel.at("stride_h"), words.step) + (words.per_row - 1) * words.next + 1;
}

/// Those of all blocks of an image, what one hands on to the next counted once.
int64_t words_of_image(const Attributes &kernel, int64_t rows) {
    const int64_t step = column_words(kernel).step, moved = rows * kernel.at("stride_h");
    const int64_t blocks = kernel.at("oh") / rows, all = words_of_rows(kernel, rows);
    return moved % step == 0 ? all + (blocks - 1) * std::min(all, moved / step) : blocks * all;
}

/// Vectors that a pass holds beside the words: the taps, once for each place of a word that rows begin at, and sums.
int64_t held_vectors(const Attributes &kernel, const Tile &tile) {
    const ColumnWords words = column_words(kernel);
    const int64_t places = tile.at("yr") > 1 ? words.step : 1;
    return tile.at("nv") * (words.per_row * kernel.at("kw") * places + tile.at("yr") * tile.at("xr"));
}

} // namespace

Prediction depthwise_conv2d_predict(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    const ColumnWords words = column_words(kernel);
    const int64_t nv = tile.at("nv"), yr = tile.at("yr"), yb = tile.at("yb"), pixels = kernel.at("pixels");
    const int64_t across = ceil_div(kernel.at("co") * pixels, target.vector_bytes / 4), passes = ceil_div(across, nv);
    const double columns = number(kernel.at("n") * kernel.at("ow")) / number(pixels), rows = number(kernel.at("oh"));
    const double vectors = rows * columns * number(across);
    const double taps = number(words.per_row * kernel.at("kw"));
    const double loads = number(words_of_rows(kernel, yr) * kernel.at("kw")) / number(yr);
    const double staged = number(kernel.at("n") * words_of_image(kernel, yb) * kernel.at("w") * kernel.at("co")) /
                          number(target.vector_bytes / 4);
    const double spilled = number(std::max<int64_t>(0, held_vectors(kernel, tile) - most_held)) / number(yr * nv);
    const bool is_odd = yr * kernel.at("stride_h") % words.step != 0;
    Prediction prediction;
    prediction.instructions = {{"products", vectors * taps},
                               {"loads", vectors * loads},
                               {"requantise", vectors * requantise_packets},
                               {"staging", staged}};
    prediction.overlapping = {{"products", vectors * taps}, {"loads", vectors * loads}};
    prediction.added = {{"requantise", vectors * (requantise_packets + (is_odd ? odd_packets : 0))},
                        {"spills", vectors * spilled * spilled_packets},
                        {"staging", staged * word_packets},
                        {"tiles", rows / number(yr) * columns / number(tile.at("xr")) * number(passes) * tile_packets},
                        {"strips", rows / number(yb) * number(passes) * strip_packets}};
    return prediction;
}

} // namespace nibble::hexagon
