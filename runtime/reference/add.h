// Elementwise sum of two s8 or s16 tensors with scales of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/scaled_pair.h"

namespace nibble::reference {

/// dst = scaled_dst(scaled_src0(src0) + scaled_src1(src1)). All tensors dense, of int8_t or int16_t.
template <typename T>
void add(const ScaledPair &, const T *src0, const T *src1, T *dst);

extern template void add(const ScaledPair &, const int8_t *, const int8_t *, int8_t *);
extern template void add(const ScaledPair &, const int16_t *, const int16_t *, int16_t *);

} // namespace nibble::reference
