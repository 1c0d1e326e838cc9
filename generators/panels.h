// Pieces that the dot-product operators share: staged source rows and packed constants.
// SPDX-License-Identifier: Apache-2.0
#pragma once

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

/// pixel(c, px, y, b): channel c of pixel (px, y - pad_top) of a source with its padding, `channels` elements a pixel;
/// for lowerings that select. Channels beyond the last are the last.
Halide::Func select_pixels(const Halide::Func &src, const RowStaging &, int channels);

/// pixel_sum(px, y, b, g) = sum of group g's elements of a pixel, channels / groups from staged(px * channels +
/// g * channels / groups, y, b) on, which weights with a zero point ask for: what a window's sums are made of, whatever
/// the output channel. Its domain is "channels".
Halide::Func sum_pixels(const Halide::Func &staged, int channels, int groups, Algorithm &);

/// Packed constants start on a line of the library's constants (128 bytes; 64 is what a vector load wants).
template <typename BufferT>
void set_packed(BufferT &buffer) {
    buffer.set_host_alignment(64);
}

} // namespace nibble
