// The tasks of the dot-product operators, whose loops schedules/dot_tile.h tiles.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble {

/// After tile_dot, for any family: images, strips of rows, blocks of columns, or the panels of a block, which share its
/// staged source.
void run_conv2d_in_tasks(Algorithm &, const Tile &);
/// Products of matrices, blocks of rows, or panels.
void run_batch_matmul_in_tasks(Algorithm &, const Tile &);
/// Blocks of rows, or panels.
void run_fully_connected_in_tasks(Algorithm &, const Tile &);
/// Images or rows.
void run_transpose_conv2d_in_tasks(Algorithm &, const Tile &);

} // namespace nibble
