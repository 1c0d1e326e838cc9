// Words of four rows that a depthwise convolution's columns of taps are multiplied with: what the source's rows, packed
// weights and tiles depend on. No Halide.
// SPDX-License-Identifier: Apache-2.0
#pragma once

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

/// Channels of a block of columns: a vector of bytes, or where these do not fit, all.
inline int column_block(const Attributes &kernel) {
    constexpr int vector_channels = 128;
    const int co = static_cast<int>(kernel.at("co"));
    return co % vector_channels == 0 ? vector_channels : co;
}

} // namespace nibble
