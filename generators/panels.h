// Pieces that the dot-product operators share: staged source rows and packed constants.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <numeric>

#include <Halide.h>

#include "generators/dot_lowering.h"
#include "generators/kernel.h"

namespace nibble {

constexpr int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

/// What staged rows hold; lengths and offsets in elements of a row.
struct RowStaging {
    int source_elements;   ///< elements of a source row
    int source_rows;       ///< rows of the source
    int pad_left;          ///< elements before the source row
    int pad_top;           ///< rows before the first source row
    int zero_point;        ///< of the source, as s8
    DotLowering form;      ///< what is stored: the value, that as s16, or value ^ 0x80 as u8
    int read_elements;     ///< elements of a staged row that the algorithm reads
    int read_rows;         ///< staged rows that the algorithm reads
    int read_channels = 0; ///< channels of a pixel that the algorithm reads, where it reads beyond the last
};

/// staged(e, y, b): row y - pad_top of the source with its padding. A source without padding stays a pure Func, which a
/// schedule can compute for any block of a row; with padding, whole rows are filled piece by piece, so that no vector
/// ever straddles a border, and the domains of the pieces are recorded (schedules/directives.h). Where the lowering
/// selects, it is a pure Func in any case.
Halide::Func stage_rows(const Halide::Func &src, const RowStaging &, Algorithm &);

/// Where columns that begin `step` elements apart find their words of `products` elements at multiples of these: at
/// element(x) of copy(x) of a row, copy q of which begins q * unit() elements later.
struct AlignedColumns {
    int step, products;

    int unit() const { return std::gcd(step, products); }
    int copies() const { return products / unit(); }
    Halide::Expr copy(const Halide::Expr &x) const { return x % copies() * step % products / unit(); }
    Halide::Expr element(const Halide::Expr &x) const {
        return x / copies() * (copies() * step) + x % copies() * step / products * products;
    }
};

/// words(e, q, y, b) = staged(e + q * unit, y, b), the copies of rows that `columns` read, in whole vectors of
/// `vector` elements. Func "staged" has more padding for it: on the left, so that the source begins with a vector;
/// there is the first of these elements.
Halide::Func copy_words(const Halide::Func &src, RowStaging, const AlignedColumns &columns, int vector, Algorithm &);

/// pixel(c, px, y, b): channel c of pixel (px, y - pad_top) of a source with its padding, `channels` elements a pixel;
/// for lowerings that select. Channels beyond the last are the last.
Halide::Func select_pixels(const Halide::Func &src, const RowStaging &, int channels);

inline Halide::Type packed_type(const DotLowering &form) {
    return form.unsigned_wei || form.packs_nibbles() ? Halide::UInt(8) : Halide::Int(8);
}

/// A weight as it is multiplied: nibble `half`, 0 the low one, of the byte at a place of its group. As u8 they are
/// taken out of words, for HVX does not shift bytes.
Halide::Expr nibble(const std::function<Halide::Expr(Halide::Expr place)> &byte, const Halide::Expr &place,
                    const Halide::Expr &half, const DotLowering &);

/// What the sums of source elements are multiplied by for the weights' zero points: kernel parameter wei_zeros says
/// that `zer` has one (1) or one for each channel (2), negative; else it is null.
class WeightZeros {
public:
    using Input = Halide::GeneratorInput<Halide::Buffer<int32_t, 1>>;

    WeightZeros() = default;
    WeightZeros(const DotLowering &form, Input *zer, bool by_channel)
        : offset_(form.wei_offset()), zer_(zer), by_channel_(by_channel) {}

    bool are_zero() const { return zer_ == nullptr && offset_ == 0; }
    /// The factor that all channels share, or 1.
    Halide::Expr shared() const { return by_channel_ ? Halide::Expr(1) : zero(0); }
    /// That of a channel, beside the shared one.
    Halide::Expr of(const Halide::Expr &c) const { return by_channel_ ? zero(c) : Halide::Expr(1); }
    void set_bounds(int padded_channels) const;

private:
    Halide::Expr zero(const Halide::Expr &c) const {
        return zer_ == nullptr ? Halide::Expr(-offset_) : (*zer_)(c)-offset_;
    }

    int offset_ = 0;
    Input *zer_ = nullptr;
    bool by_channel_ = false;
};

/// pixel_sum(px, y, b, g) = sum of group g's elements of a pixel, channels / groups from staged(px * channels +
/// g * channels / groups, y, b) on, which weights with a zero point ask for: what a window's sums are made of, whatever
/// the output channel. Its domain is "channels".
Halide::Func sum_pixels(const Halide::Func &staged, int channels, int groups, Algorithm &);

/// Whether a pixel's words are a run of vectors of 32 words, or adjacent pixels are.
inline bool sums_by_words(int channels, bool pixels_are_adjacent) {
    const bool is_power_of_two = (channels & (channels - 1)) == 0;
    return channels % 128 == 0 || (pixels_are_adjacent && is_power_of_two && channels >= 4);
}

/// pixel_sum of one group of channels by sums of w words a pixel: Funcs "sums_<w>" for each power of
/// two from the widest on down,
///   sums_w(px * w + j, y, b) = sums_2w(2 * (px * w + j), y, b) + sums_2w(2 * (px * w + j) + 1, y, b)
/// and the widest (32 at most, and a divisor of channels / 4) is made of whole words of bytes. Its domain is "words":
/// bytes of a word, and words of a pixel that are added up. `element` is staged element `channel` of pixel px, and
/// where pixels are adjacent, channels beyond a pixel are the next pixels'.
using PixelElement = std::function<Halide::Expr(const Halide::Expr &px, const Halide::Expr &channel,
                                                const Halide::Expr &y, const Halide::Expr &b)>;
/// The channels are what sums_by_words takes.
Halide::Func sum_pixels_by_words(const PixelElement &element, int channels, bool pixels_are_adjacent, Algorithm &);

/// A reduction of dot products over `length` source values: its domain's first extent, and what each point adds to a
/// lane. Points i of one group, i / products, follow each other in the weights; where `form` adds groups in s16, a
/// point stands for the same place of two neighbouring groups.
struct DotReduction {
    DotLowering form;
    int length; ///< a multiple of form.products * form.groups

    int extent() const { return form.s16_steps > 0 ? 2 * blocks() : length / form.groups; }
    /// Where form.s16_steps is not 0: blocks of steps that are summed in s16.
    int blocks() const { return steps() / form.s16_block(steps()); }
    /// sums(h, c, x, block, ...) = sum over the steps i of a block and over q < 2 of
    ///     src(k) * wei(k % products, k / products),   k = (block * steps + i) * products + 2 * h + q
    /// in s16: point 2 * block + h of the reduction. Its Vars are h, `args`; its domain is "s16_sums": q, i.
    Halide::Func s16_sums(const std::vector<Halide::Var> &args, const Halide::Expr &block,
                          const std::function<Halide::Expr(Halide::Expr k)> &src,
                          const std::function<Halide::Expr(Halide::Expr place, Halide::Expr group)> &wei,
                          Algorithm &) const;
    Halide::Expr term(const Halide::Expr &point, const std::function<Halide::Expr(Halide::Expr k)> &src,
                      const std::function<Halide::Expr(Halide::Expr place, Halide::Expr group)> &wei) const;

private:
    int steps() const { return length / form.products; }
};

/// Packed constants start on a line of the library's constants (128 bytes; 64 is what a vector load wants).
template <typename BufferT>
void set_packed(BufferT &buffer) {
    buffer.set_host_alignment(64);
}

} // namespace nibble
