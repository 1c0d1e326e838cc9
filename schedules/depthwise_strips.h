// Strips of output rows of a depthwise convolution, and the source rows that are staged for them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schedules/directives.h"

namespace nibble {

constexpr int block_channels = 16; ///< of a staged block

int64_t blocks_of(const Attributes &kernel);
/// Source rows under `yr` output rows.
int64_t source_rows(const Attributes &kernel, int64_t yr);
/// Rows of the ring that keeps staged rows from strip to strip: a power of two, so that a row's place is a mask away.
int64_t ring_rows(const Attributes &kernel, int64_t yr);
/// Strips that do not overlap can hand staged rows on.
bool strips_are_even(const Attributes &kernel, int64_t yr);

/// The most blocks, a divisor of all, whose rings of `block_bytes` each lie in the first level of cache; at least one.
int blocks_in_first_level(const Attributes &kernel, const TargetFacts &, int64_t block_bytes);

/// Tiles {nv, yr}: yr output rows, at most `most_rows`, computed together, which share the windows of the rows between
/// them; nv blocks of 16 channels staged together.
std::vector<Tile> strip_tiles(const Attributes &kernel, int64_t most_rows);

/// Loops over dst: 16 channels in a vector, the strip's rows unrolled, then x.
struct Strips {
    Halide::LoopLevel strip; ///< where a strip's rows are computed
    Halide::LoopLevel image; ///< where rows that strips hand on are stored
    Halide::LoopLevel block; ///< a strip's loop over blocks
};
Strips split_into_strips(Algorithm &, const Tile &);

/// Where weights have 4 bits and are words: takes those of a block out of their bytes for each of its strips.
void unpack_strip_weights(Algorithm &, const Strips &);

/// The same once at `level`, vectors of `lanes` channels at a time.
void unpack_depthwise_weights(Algorithm &, const Halide::LoopLevel &level, int lanes);

/// Keeps `rows` of 16-channel blocks for each strip, in a ring where strips hand them on.
void keep_rows(Halide::Func rows, Algorithm &, const Tile &, const Strips &);

/// Fills the staged rows piece by piece (generators/depthwise_conv2d.cpp), a block at a time.
void fill_pieces(Halide::Func staged, Algorithm &);

} // namespace nibble
