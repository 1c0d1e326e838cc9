// SPDX-License-Identifier: Apache-2.0
#include "generators/depthwise_columns.h"

#include <functional>
#include <vector>

#include "generators/either.h"
#include "generators/panels.h"

namespace nibble {

using namespace Halide;

namespace {

int at(const Attributes &kernel, const char *name) { return static_cast<int>(kernel.at(name)); }

/// Staged rows that words are made of, from a word's first to its last.
constexpr int word_rows = NIBBLE_WINDOW_TAPS;

Expr word_of(const std::vector<Expr> &bytes) {
    // Two by two: vectors of four bytes each are more than a shuffle of two vectors makes.
    return concat_bits({concat_bits({bytes[0], bytes[1]}), concat_bits({bytes[2], bytes[3]})});
}

/// Words of the source's elements: of rows that all lie inside, or of which some are padding.
Expr source_word(const Attributes &kernel, const Expr &first_row, const std::function<Expr(Expr)> &element) {
    const int height = at(kernel, "h"), reach = (word_rows - 1) * at(kernel, "dilation_h");
    const Expr zero = cast<uint8_t>(cast<int8_t>(at(kernel, "src_zero")));
    std::vector<Expr> inside, selected;
    for (int j = 0; j < word_rows; j++) {
        const Expr row = first_row + j * at(kernel, "dilation_h");
        inside.push_back(cast<uint8_t>(element(clamp(row, 0, height - 1))));
        selected.push_back(select(row >= 0 && row < height, inside.back(), zero));
    }
    return either(first_row >= 0 && first_row + reach < height, word_of(inside), word_of(selected));
}

/// The row's element under element `place` of block cb of columns. Where a block has all channels, these run on
/// from pixel to pixel, which Halide does not see of quotients and remainders.
Expr source_element(const Attributes &kernel, const Expr &place, const Expr &cb) {
    const int block = column_block(kernel), multiplier = at(kernel, "channel_multiplier");
    const bool runs = block == at(kernel, "co") && multiplier == 1;
    return runs ? place : place / block * at(kernel, "ci") + (cb * block + place % block) / multiplier;
}

/// Words before those of the source: padding, from where a vector begins on.
int columns_before_source(const Attributes &kernel) {
    return round_up(at(kernel, "pad_left") * column_block(kernel), column_lanes);
}

/// Bytes of a row of `src`(e), by way of lines that a schedule may copy: they need not be where vectors begin.
Func source_rows(const Func &src, Algorithm &algorithm) {
    const Attributes &kernel = algorithm.parameters;
    Var e("e"), y("y"), b("b");
    Func lines("lines"), rows("rows");
    lines(e) = src(e);
    rows(e, y, b) = lines((b * at(kernel, "h") + y) * (at(kernel, "w") * at(kernel, "ci")) + e);
    algorithm.funcs.insert({{"lines", lines}, {"rows", rows}});
    return rows;
}

} // namespace

Func stage_columns(const Func &src, Algorithm &algorithm) {
    const Attributes &kernel = algorithm.parameters;
    const Func rows = source_rows(src, algorithm);
    const int block = column_block(kernel);
    const int left = columns_before_source(kernel), row = at(kernel, "w") * block;
    const int taps_end = (at(kernel, "kw") - 1) * at(kernel, "dilation_w") + 1;
    const int read = first_column(kernel) + ((at(kernel, "ow") - 1) * at(kernel, "stride_w") + taps_end) * block;
    Var e("e"), cb("cb"), v("v"), b("b");
    Func columns("columns");
    columns(e, cb, v, b) = undef(UInt(32));
    const auto fill = [&](const char *name, const RDom &elements, const Expr &word) {
        columns(elements, cb, v, b) = word;
        algorithm.domains[name] = elements;
    };
    const auto fill_source = [&](const char *name, const RDom &elements) {
        fill(name, elements,
             source_word(kernel, v * column_words(kernel).step - at(kernel, "pad_top"),
                         [&](const Expr &y) { return rows(source_element(kernel, elements - left, cb), y, b); }));
    };
    const Expr zero(static_cast<uint8_t>(at(kernel, "src_zero")) * 0x01010101U);
    if (left > 0) {
        fill("pad_left", RDom(0, left, "pad_left"), zero);
    }
    // The last vector of a row that is not made of them overlaps the one before.
    const int whole = row > line_bytes ? row / line_bytes * line_bytes : row;
    fill_source("source", RDom(left, whole, "source"));
    if (row > whole) {
        fill_source("source_end", RDom(left + row - line_bytes, line_bytes, "source_end"));
    }
    if (read > left + row) {
        fill("pad_right", RDom(left + row, round_up(read - left - row, column_lanes), "pad_right"), zero);
    }
    algorithm.funcs["columns"] = columns;
    return columns;
}

int first_column(const Attributes &kernel) {
    return columns_before_source(kernel) - at(kernel, "pad_left") * column_block(kernel);
}

Expr first_column_word(const Attributes &kernel, const Expr &y) {
    return y * at(kernel, "stride_h") / column_words(kernel).step;
}

Expr rows_before_taps(const Attributes &kernel, const Expr &y) {
    return y * at(kernel, "stride_h") % column_words(kernel).step;
}

} // namespace nibble
