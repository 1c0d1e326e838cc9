// Blocks of pixels into the channels of one pixel.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/block_depth.h"

namespace nibble::reference {

/// dst[b, y, x, (i·block + j)·c + k] = src[b, y·block + i, x·block + j, k]; both are dense.
void space_to_depth(const BlockDepth &, const void *src, void *dst);

} // namespace nibble::reference
