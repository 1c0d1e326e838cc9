// Two-dimensional resize by the nearest pixel.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/resize2d.h"

namespace nibble::reference {

/// The source position that position `i` of `outputs` takes, of `extent` along its dimension; in f32, as TFLite.
int64_t nearest_position(const Resize2d &, int64_t i, int64_t extent, int64_t outputs);

/// dst = src at the nearest position along both dimensions; both are dense.
void resize_nearest_neighbor(const Resize2d &, const void *src, void *dst);

} // namespace nibble::reference
