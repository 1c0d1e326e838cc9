// The smaller of two s8 tensors, element by element.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "runtime/reference/broadcast.h"

namespace nibble::reference {

/// dst = min(src0, src1). All tensors dense, of one scale and zero point.
void minimum(const Broadcast &, const int8_t *src0, const int8_t *src1, int8_t *dst);

} // namespace nibble::reference
