// Pass that stores parts of a vector by way of the whole vector.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::hexagon {

/// Stores of a half or a quarter of a vector of bytes to `buffer` load the vector that they lie in, and store it with
/// that part replaced. The buffer is of whole vectors, and begins on one.
std::shared_ptr<Halide::Internal::IRMutator> blended_stores(const std::string &buffer);

} // namespace nibble::hexagon
