// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/depthwise_prediction.h"

#include <algorithm>

#include "generators/column_words.h"

namespace nibble::hexagon {
namespace {

double number(int64_t value) { return static_cast<double>(value); }

/// Words that blocks of `rows` output rows read in a column, above each other; in all blocks of an image, those that
/// one hands on to the next counted once.
double words_of_image(const Attributes &kernel, int64_t rows) {
    const ColumnWords words = column_words(kernel);
    const int64_t stride = kernel.at("stride_h"), blocks = kernel.at("oh") / rows;
    const int64_t apart = (rows * stride + words.step - 1) / words.step;
    const int64_t all = ((rows - 1) * stride + words.step - 1) / words.step + (words.per_row - 1) * words.next + 1;
    const bool hands_on = rows * stride % words.step == 0;
    return number(hands_on ? all + (blocks - 1) * std::min(all, apart) : blocks * all);
}

} // namespace

Prediction depthwise_conv2d_predict(const Attributes &kernel, const TargetFacts &target, const Tile &tile) {
    constexpr double requantise_packets = 2.5, word_packets = 2.5, pixel_packets = 2, block_packets = 60;
    const int64_t lanes = target.vector_bytes / 4;
    const int64_t across = (kernel.at("co") + lanes - 1) / lanes;
    const int64_t nv = tile.at("nv"), yr = tile.at("yr"), yb = tile.at("yb");
    const double outputs = number(kernel.at("n") * kernel.at("oh") * kernel.at("ow")),
                 vectors = outputs * number(across);
    const double taps = number(column_words(kernel).per_row * kernel.at("kw"));
    const double words = number(kernel.at("n") * kernel.at("w") * across) * words_of_image(kernel, yb);
    const double passes = number((across + nv - 1) / nv);
    Prediction prediction;
    prediction.instructions = {{"products", vectors * taps}, {"requantise", 2 * vectors}, {"staging", words}};
    prediction.added = {{"products", vectors * taps},
                        {"requantise", vectors * requantise_packets},
                        {"staging", words * word_packets},
                        {"tiles", outputs / number(yr) * passes * pixel_packets},
                        {"strips", number(kernel.at("n") * kernel.at("oh") / yb) * passes * block_packets}};
    return prediction;
}

} // namespace nibble::hexagon
