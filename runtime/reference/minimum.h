// The smaller of two s8 or s16 tensors, element by element.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/broadcast.h"

namespace nibble::reference {

/// dst = min(src0, src1). All tensors dense, of int8_t or int16_t, one scale and zero point.
template <typename T>
void minimum(const Broadcast &, const T *src0, const T *src1, T *dst);

extern template void minimum(const Broadcast &, const int8_t *, const int8_t *, int8_t *);
extern template void minimum(const Broadcast &, const int16_t *, const int16_t *, int16_t *);

} // namespace nibble::reference
