// One byte to another by the model's own table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct Lookup {
    int64_t elements = 1;
};

/// dst = table[src], the bytes as they are, whatever type they have; table [256].
void lookup(const Lookup &, const uint8_t *src, const uint8_t *table, uint8_t *dst);

} // namespace nibble::reference
