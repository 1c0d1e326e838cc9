// The dot-product tile of HVX: vectors of u8 weights times words of s8 activations in scalar registers.
// SPDX-License-Identifier: Apache-2.0
//
// Two `+= vrmpy(V.ub, R.b)` share a packet with the load of a weight vector and that of a word; the form of two vectors
// takes both multipliers. Hence lowering dot_s8u8, whose panels of 32 channels are one vector a step.
#pragma once

#include <optional>
#include <vector>

#include "schedules/dot_tile.h"

namespace nibble::hexagon {

/// Cycles are packets.
DotMachine dot_machine();

/// nibble::dot_tiles whose results are whole vectors, where the panels make some.
std::vector<Tile> whole_vector_tiles(const DotShape &, const Attributes &kernel, const TargetFacts &);

/// The one with the fewest modelled packets; how far steps are unrolled (ku) is by what was measured.
Tile preferred_tile(const DotShape &, const Attributes &kernel, const TargetFacts &);

/// Loops of dst around a block's tiles.
struct DotLoops {
    Halide::LoopLevel block;          ///< over blocks of columns
    std::optional<Halide::Var> panel; ///< within, over the tiles' channels; none where a tile has all
};

/// Tiles dst(c, x, ...), its values before they are narrowed (Func "scaled") and its accumulators as nibble::tile_dot
/// does. Results of a tile that has all channels are narrowed across pixels, for a vector of bytes is four panels.
DotLoops tile_dot(Algorithm &, const Tile &, int channels, int columns,
                  const std::vector<Halide::VarOrRVar> &for_each_panel,
                  const std::vector<Halide::VarOrRVar> &outermost);

/// Stages rows that have padding or are not s8 at `level`; others are read where they lie, or staged in VTCM.
void stage_rows(Algorithm &, const Halide::LoopLevel &level, bool in_vtcm);

/// The passes that the calls of generators/requantise_channels.h need.
void expand_requantise(Algorithm &);

} // namespace nibble::hexagon
