// Model of how often a dot-product tile's loops bring its operands from memory off the chip.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schedules/dot_tile.h"
#include "schedules/traffic.h"

namespace nibble {

/// Operands that a tile copies into memory on the chip which kernels fill themselves.
struct StagedOperands {
    bool weights = false; ///< those of a tile's panels, for all pixels of a block
    bool src = false;     ///< a block's source, for all panels
};

/// How often weights and source come from memory, of a layer of so many images.
///
/// The loops are, outermost first, those over blocks, over a tile's panels, and over the tiles of a block. The cache of
/// `cache_bytes` is taken to keep what was used last: an operand is there when its loop comes back to it if it fits
/// beside all that was read and written since, but for what is staged elsewhere.
Passes dot_passes(const DotShape &, int64_t images, int64_t cache_bytes, const Tile &, const StagedOperands &);

} // namespace nibble
