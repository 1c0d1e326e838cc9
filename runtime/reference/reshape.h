// Another shape for the same elements.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nibble::reference {

/// Static parameters.
struct Reshape {
    int64_t bytes = 1; ///< of src and dst
};

/// Copies src to dst, which do not overlap.
void reshape(const Reshape &, const void *src, void *dst);

} // namespace nibble::reference
