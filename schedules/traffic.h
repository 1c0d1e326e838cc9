// What a tile's loops move between memory off the chip and the caches, and what it stages on the way.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "generators/kernel_request.h"

namespace nibble {

/// How often a kernel's operands come from memory off the chip, of a call that finds none of them in a cache.
struct Passes {
    int64_t weights = 1;
    int64_t src = 1;
};

/// What a tile's loops move, as modelled.
struct TileTraffic {
    Passes passes;
    Passes unstaged;            ///< if nothing were staged in memory on the chip that kernels fill themselves
    int64_t staged_weights = 0; ///< bytes of that memory for the weights that are read together; 0: read where they lie
    int64_t staged_src = 0;     ///< the same of the source
};

/// Of a kernel whose schedule has no model: operands come once, and nothing is staged.
TileTraffic traffic_of(const KernelRequest &, const TargetFacts &);

/// Bytes of the last cache before memory off the chip; 0 where there is none.
int64_t cache_bytes(const TargetFacts &);

} // namespace nibble
