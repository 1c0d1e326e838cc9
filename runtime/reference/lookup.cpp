// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/lookup.h"

#include <algorithm>

namespace nibble::reference {

void lookup(const Lookup &p, const uint8_t *src, const uint8_t *table, uint8_t *dst) {
    std::transform(src, src + p.elements, dst, [table](uint8_t byte) { return table[byte]; });
}

} // namespace nibble::reference
