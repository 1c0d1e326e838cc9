// SPDX-License-Identifier: Apache-2.0
#include "generators/panels.h"

#include "generators/either.h"

namespace nibble {

using namespace Halide;

namespace {

/// The staged form of a source value.
Expr stored(const Expr &value, const DotLowering &form) {
    if (form.unsigned_src) {
        return cast<uint8_t>(value) ^ cast<uint8_t>(128);
    }
    return cast(Int(8 * form.src_bytes), value);
}

} // namespace

Func stage_rows(const Func &src, const RowStaging &rows, Algorithm &algorithm) {
    Var e("e"), y("y"), b("b");
    Func staged("staged");
    const bool slack = rows.read_elements > rows.pad_left + rows.source_elements;
    const bool rows_outside = rows.pad_top > 0 || rows.read_rows > rows.pad_top + rows.source_rows;
    if (rows.pad_left == 0 && !slack && !rows_outside) {
        staged(e, y, b) = stored(src(e, y, b), rows.form);
        return staged;
    }
    if (rows.form.selects) {
        const Func pixel = select_pixels(src, rows, 1);
        staged(e, y, b) = pixel(0, e, y, b);
        return staged;
    }
    const Expr zero = stored(cast<int8_t>(rows.zero_point), rows.form);
    staged(e, y, b) = undef(zero.type());
    if (rows.pad_left > 0) {
        RDom left(0, rows.pad_left, "pad_left");
        staged(left, y, b) = zero;
        algorithm.domains["pad_left"] = left;
    }
    const Expr row = y - rows.pad_top;
    const Expr inside = row >= 0 && row < rows.source_rows;
    RDom source(0, rows.source_elements, "source");
    const Expr value = stored(src(source, clamp(row, 0, rows.source_rows - 1), b), rows.form);
    staged(source + rows.pad_left, y, b) = rows_outside ? either(inside, value, zero) : value;
    algorithm.domains["source"] = source;
    if (slack) {
        const int end = rows.pad_left + rows.source_elements;
        RDom right(end, rows.read_elements - end, "pad_right");
        staged(right, y, b) = zero;
        algorithm.domains["pad_right"] = right;
    }
    return staged;
}

Func select_pixels(const Func &src, const RowStaging &rows, int channels) {
    Var c("c"), px("px"), y("y"), b("b");
    const int left = rows.pad_left / channels, width = rows.source_elements / channels;
    const bool beside = left > 0 || rows.read_elements > rows.pad_left + rows.source_elements;
    const bool above = rows.pad_top > 0 || rows.read_rows > rows.pad_top + rows.source_rows;
    const Expr column = beside ? clamp(px - left, 0, width - 1) : px;
    const Expr row = above ? clamp(y - rows.pad_top, 0, rows.source_rows - 1) : y;
    const Expr channel = channels > 1 && rows.read_channels > channels ? min(c, channels - 1) : c;
    Expr value = stored(src(column * channels + channel, row, b), rows.form);
    const Expr zero = stored(cast<int8_t>(rows.zero_point), rows.form);
    if (beside) {
        value = select(px >= left && px < left + width, value, zero);
    }
    if (above) {
        value = select(y >= rows.pad_top && y < rows.pad_top + rows.source_rows, value, zero);
    }
    Func pixel("pixel");
    pixel(c, px, y, b) = value;
    return pixel;
}

Func sum_pixels(const Func &staged, int channels, int groups, Algorithm &algorithm) {
    Var px("px"), y("y"), b("b"), g("g");
    const int group_channels = channels / groups;
    RDom k(0, group_channels, "channels");
    Func pixel_sum("pixel_sum");
    pixel_sum(px, y, b, g) = 0;
    pixel_sum(px, y, b, g) += cast<int32_t>(staged(px * channels + g * group_channels + k, y, b));
    algorithm.funcs["pixel_sum"] = pixel_sum;
    algorithm.domains["channels"] = k;
    return pixel_sum;
}

} // namespace nibble
