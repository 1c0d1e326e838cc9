// Tiles of the dot-product operators: dp4a on registers, from tiles of both operands in shared memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::cuda {

/// Tiles dst(c, x, y, ...), "acc", "operand" and "wei", whose panels are dimension `panel`; `y` is the operand's
/// dimension of output rows, where there is one. Returns the loop over blocks.
Halide::LoopLevel schedule_dot(Algorithm &, const Tile &, int panel, int y);
/// A block's threads compute `func` before they need it, a thread each of its elements.
void compute_by_block(Halide::Func func, const Algorithm &, const Halide::LoopLevel &block, int threads);

} // namespace nibble::cuda
