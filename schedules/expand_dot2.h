// Pass that writes the calls of generators/dot2.h.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble {

/// As a sum of neighbouring lanes' widened products, which Halide knows as pmaddwd, and as an interleave of bytes that
/// is widened as one vector.
std::shared_ptr<Halide::Internal::IRMutator> expand_dot2();

} // namespace nibble
