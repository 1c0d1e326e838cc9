// The tile space of the dot-product operators. No Halide.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "schedules/schedule.h"

namespace nibble::cuda {

/// A dot-product layer as its tile sees it.
struct DotGrid {
    int64_t panels;  ///< weight panels of 16 channels, of a group
    int64_t columns; ///< outputs of a row
    int64_t rows;    ///< output rows that a block may have several of
    int64_t others;  ///< all else that blocks go over
    int64_t length;  ///< products of the innermost loop of the reduction, whole units
    int unit;        ///< products whose weights are packed together
};

DotGrid conv2d_grid(const Attributes &kernel);
/// batch_matmul's too.
DotGrid fully_connected_grid(const Attributes &kernel);

/// Legal points: blocks of cb channels x (xb columns x yb rows), threads of ct channels x xt columns, kb products
/// staged at a time.
std::vector<Tile> dot_tiles(const DotGrid &, const TargetFacts &);
/// The legal point that keeps the machine busiest.
Tile preferred_dot_tile(const DotGrid &, const TargetFacts &);

/// Threads of a block.
int threads_of(const Tile &);

} // namespace nibble::cuda
