// The channels of one pixel into blocks of pixels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/reference/block_depth.h"

namespace nibble::reference {

/// dst[b, y·block + i, x·block + j, k] = src[b, y, x, (i·block + j)·c + k]; both are dense.
void depth_to_space(const BlockDepth &, const void *src, void *dst);

} // namespace nibble::reference
