// Words of four rows that a depthwise convolution's columns of taps are multiplied with: what the source's rows, packed
// weights and tiles depend on. No Halide.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <numeric>

#include "compiler/layer.h"
#include "runtime/pack.h"

namespace nibble {

struct ColumnWords {
    int step;    ///< rows from one word to the next
    int per_row; ///< words of a column of taps
    int next;    ///< words from one of them to the next
};

/// A column's taps begin with a word's first row, or where words are two rows apart, with its second: two output rows
/// share the words of their columns where one's taps leave room for a row before them.
inline ColumnWords column_words(const Attributes &kernel) {
    const auto at = [&](const char *name) { return static_cast<int>(kernel.at(name)); };
    const int per_row = static_cast<int>(nibble_ceil_div(at("kh"), NIBBLE_WINDOW_TAPS));
    if (at("dilation_h") == 1 && (at("kh") % NIBBLE_WINDOW_TAPS != 0 || at("stride_h") % 2 == 0)) {
        return {2, per_row, NIBBLE_WINDOW_TAPS / 2};
    }
    return {1, per_row, NIBBLE_WINDOW_TAPS * at("dilation_h")};
}

constexpr int column_lanes = 32; ///< words of a vector
constexpr int line_bytes = 128;  ///< of a vector of bytes, and of what is read at once

/// Channels of a block of columns: a vector of bytes, or where these do not fit, all.
inline int column_block(const Attributes &kernel) {
    const int co = static_cast<int>(kernel.at("co"));
    return co % line_bytes == 0 ? line_bytes : co;
}

/// Neighbouring outputs of a row whose channels fill two vectors of words, else one; 1 where no number does that
/// divides the row, or where their words are not neighbours.
inline int column_pixels(const Attributes &kernel) {
    const int64_t co = kernel.at("co"), ow = kernel.at("ow");
    if (kernel.at("stride_w") != 1 || kernel.at("channel_multiplier") != 1 || co % line_bytes == 0) {
        return 1;
    }
    for (const int lanes : {2 * column_lanes, column_lanes}) {
        const int64_t pixels = lanes / std::gcd<int64_t>(lanes, co);
        if (ow % pixels == 0) {
            return static_cast<int>(pixels);
        }
    }
    return 1;
}

/// Whether the channels of `pixels` (kernel parameter) neighbours are whole vectors of words.
inline bool fills_column_lanes(const Attributes &kernel) {
    return kernel.at("co") * kernel.at("pixels") % column_lanes == 0;
}

} // namespace nibble
