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

Func copy_words(const Func &src, RowStaging rows, const AlignedColumns &columns, int vector, Algorithm &algorithm) {
    Var e("e"), q("q"), y("y"), b("b");
    const int before = round_up(rows.pad_left, vector) - rows.pad_left;
    const int read = round_up(rows.read_elements, vector) + (columns.copies() - 1) * columns.unit();
    rows.pad_left += before;
    rows.read_elements = round_up(before + read, vector);
    const Func staged = stage_rows(src, rows, algorithm);
    Func words("words");
    words(e, q, y, b) = staged(e + q * columns.unit() + before, y, b);
    algorithm.funcs.insert({{"staged", staged}, {"words", words}});
    return words;
}

namespace {

/// The bytes of a group as a word.
Expr word_of(const std::function<Expr(Expr)> &byte, int products) {
    std::vector<Expr> bytes;
    for (int i = 0; i < products; i++) {
        bytes.push_back(byte(i));
    }
    return concat_bits(bytes);
}

} // namespace

Expr nibble(const std::function<Expr(Expr)> &byte, const Expr &place, const Expr &half, const DotLowering &form) {
    const auto in_words = [&](uint32_t value) { return cast<uint32_t>(Expr(value)); };
    if (form.nibbles == NibbleForm::offset) {
        const Expr word = (word_of(byte, form.products) >> cast<uint32_t>(4 * half)) & in_words(0x0F0F0F0F);
        return extract_bits<uint8_t>(word, 8 * place);
    }
    if (form.nibbles == NibbleForm::shifted && form.selects) {
        const Expr word = (word_of(byte, form.products) << cast<uint32_t>(4 - 4 * half)) & in_words(0xF0F0F0F0);
        return extract_bits<int8_t>(word, 8 * place);
    }
    if (form.nibbles == NibbleForm::shifted) {
        return reinterpret<int8_t>((byte(place) << cast<uint8_t>(4 - 4 * half)) & cast<uint8_t>(0xF0));
    }
    return reinterpret<int8_t>((byte(place) >> cast<uint8_t>(4 * half)) & cast<uint8_t>(0x0F)) - cast<int8_t>(8);
}

void WeightZeros::set_bounds(int padded_channels) const {
    if (zer_ != nullptr) {
        set_dense(*zer_, {by_channel_ ? padded_channels : 1});
        if (by_channel_) {
            set_packed(*zer_);
        }
    }
}

Func select_pixels(const Func &src, const RowStaging &rows, int channels) {
    Var c("c"), px("px"), y("y"), b("b");
    const int left = rows.pad_left / channels, width = rows.source_elements / channels;
    const bool beside = left > 0 || rows.read_elements > rows.pad_left + rows.source_elements;
    const bool above = rows.pad_top > 0 || rows.read_rows > rows.pad_top + rows.source_rows;
    const Expr column = beside ? clamp(px - left, 0, width - 1) : px;
    const Expr row = above ? clamp(y - rows.pad_top, 0, rows.source_rows - 1) : y;
    const Expr channel = rows.read_channels > channels ? min(c, channels - 1) : c;
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

namespace {

/// The largest power of two, at most 32, of which a pixel's words are a multiple.
int widest_words(int channels) {
    int words = 32;
    while (channels / 4 % words != 0) {
        words /= 2;
    }
    return words;
}

/// Sums of four neighbours as u8, 128 added to each, which an s8 element is by its sign bit alone; and of the pixel's
/// other words at the same place modulo `words`.
Func sum_words(const PixelElement &element, int channels, int words, bool pixels_are_adjacent, Algorithm &algorithm) {
    Var i("i"), y("y"), b("b");
    const int folded = channels / 4 / words;
    RDom q(0, 4, 0, folded, "words");
    Func sums("sums_" + std::to_string(words));
    // Whole pixels are runs of words, which Halide does not see of quotients and remainders.
    const Expr value = folded == 1 && pixels_are_adjacent
                           ? element(0, 4 * i + q.x, y, b)
                           : element(i / words, q.y * (4 * words) + 4 * (i % words) + q.x, y, b);
    sums(i, y, b) = -4 * 128 * folded;
    sums(i, y, b) += cast<int32_t>(cast<uint8_t>(value) ^ cast<uint8_t>(128));
    algorithm.domains["words"] = q;
    return sums;
}

} // namespace

Func sum_pixels_by_words(const PixelElement &element, int channels, bool pixels_are_adjacent, Algorithm &algorithm) {
    Var i("i"), y("y"), b("b"), g("g");
    int words = widest_words(channels);
    Func sums = sum_words(element, channels, words, pixels_are_adjacent, algorithm);
    algorithm.funcs["sums_" + std::to_string(words)] = sums;
    for (words /= 2; words >= 1; words /= 2) {
        Func half("sums_" + std::to_string(words));
        half(i, y, b) = sums(2 * i, y, b) + sums(2 * i + 1, y, b);
        sums = half;
        algorithm.funcs["sums_" + std::to_string(words)] = sums;
    }
    Func pixel_sum("pixel_sum");
    pixel_sum(i, y, b, g) = sums(i, y, b);
    return pixel_sum;
}

Func DotReduction::s16_sums(const std::vector<Var> &args, const Expr &block, const std::function<Expr(Expr)> &src,
                            const std::function<Expr(Expr, Expr)> &wei, Algorithm &algorithm) const {
    Var h("h");
    std::vector<Var> all = {h};
    all.insert(all.end(), args.begin(), args.end());
    const int block_steps = form.s16_block(steps());
    RDom r(0, 2, 0, block_steps, "s16_sums");
    const Expr group = block * block_steps + r.y, place = 2 * h + r.x;
    Func sums("s16_sums");
    sums(all) = cast<int16_t>(0);
    // Saturating as vpmaddubsw is; no sum is so large.
    sums(all) = saturating_add(sums(std::vector<Expr>(all.begin(), all.end())),
                               widening_mul(src(group * form.products + place), wei(place, group)));
    algorithm.funcs["s16_sums"] = sums;
    algorithm.domains["s16_sums"] = r;
    return sums;
}

Expr DotReduction::term(const Expr &point, const std::function<Expr(Expr)> &src,
                        const std::function<Expr(Expr, Expr)> &wei) const {
    const int products = form.products;
    if (form.groups == 1) {
        return cast<int32_t>(src(point)) * cast<int32_t>(wei(point % products, point / products));
    }
    const Expr place = point % products, first = point / products * form.groups;
    const auto product = [&](const Expr &group) {
        return cast<int16_t>(src(group * products + place)) * cast<int16_t>(wei(place, group));
    };
    return cast<int32_t>(product(first) + product(first + 1));
}

} // namespace nibble
