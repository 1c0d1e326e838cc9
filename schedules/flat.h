// Loops whose elements are independent and dense: the whole of an elementwise operator.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble {

/// Widths of vectors: powers of two up to `most`, but 2, which LLVM's Zen targets write with AMD's own insertq.
std::vector<int> vector_widths(int64_t most);
/// The widest vector of a power of two of lanes, at most `most`, of which `extent` elements are a multiple: loops that
/// it divides have no ragged end.
int exact_lanes(int64_t extent, int most);
/// Bytes that are loaded and stored at once where parts of vectors are not (Algorithm::masks): a scalar register
/// pair's.
constexpr int scalar_bytes = 8;
/// exact_lanes of bytes; without masks, whole vectors of `most` or no more than scalar registers hold.
int unmasked_lanes(int64_t extent, int most, bool masks);
/// Tiles {vec, unroll} of a loop over `extent` elements: vectors of `vec` elements, `unroll` of them a step. A step
/// never has more elements than the loop, so that the last one can be moved inwards instead of guarded.
std::vector<Tile> flat_tiles(int64_t extent, int most_vec);
/// The legal tile nearest below the wanted one; `vec` is a width.
Tile flat_tile(int64_t extent, int vec, int unroll);
/// Computes the last, ragged step of `func` over `var` again from where it still fits: elements are computed twice and
/// nothing is touched outside of the buffers. `func` may be written over its own source where no step is ragged.
void schedule_flat(Halide::Func func, const Halide::Var &var, const Tile &);
/// After schedule_flat over the innermost dimension: runs a loop as tasks (schedules/tasks.h), steps of whole rows or
/// whole dimensions of `extents`, innermost first. A vector of `lanes` elements takes `instructions`.
void run_flat_in_tasks(Halide::Func, const std::vector<int> &extents, const Tile &, int lanes, int instructions);
/// TileSpace::in_place of a schedule_flat over "d3", the innermost dimension, or over all "elements".
bool no_ragged_row(const Attributes &kernel, const Tile &);
bool no_ragged_end(const Attributes &kernel, const Tile &);

} // namespace nibble
