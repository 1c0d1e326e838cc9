// Elementwise sum of two s8 tensors with scales of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/scaled_pair.h"

namespace nibble::reference {

/// dst = scaled_dst(scaled_src0(src0) + scaled_src1(src1)). All tensors dense.
void add(const ScaledPair &, const int8_t *src0, const int8_t *src1, int8_t *dst);

} // namespace nibble::reference
