// How the generic family computes sums of products in lanes of 32 bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schedules/directives.h"

namespace nibble::generic {

constexpr int vector_bytes = 16; ///< what every target with vectors has

/// Vectors of `vector` channels for dst(c, x, ...) and its accumulators, `xr` pixels at a time. `outer` are dst's other
/// loops, innermost first.
void tile_dot(Algorithm &, int channels, int vector, int xr, int columns, const std::vector<Halide::VarOrRVar> &outer);

} // namespace nibble::generic
