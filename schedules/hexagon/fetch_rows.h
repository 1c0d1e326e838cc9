// Pass that keeps prefetches within the fields of their instruction.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::hexagon {

/// Prefetches of one run of bytes fetch it as rows of a vector: l2fetch has 16 bits for a row's bytes and 16 for the
/// rows, and one with a field of zero cancels what is under way.
std::shared_ptr<Halide::Internal::IRMutator> fetch_rows();

} // namespace nibble::hexagon
