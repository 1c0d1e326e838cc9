// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/reshape.h"

#include <cstring>

namespace nibble::reference {

void reshape(const Reshape &p, const void *src, void *dst) { std::memcpy(dst, src, p.bytes); }

} // namespace nibble::reference
