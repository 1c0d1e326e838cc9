// Pass that keeps fills vectors.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::hexagon {

/// Stores of a vector of one constant byte store a splat that LLVM does not look into: of constants, it makes calls of
/// memset, which for the few vectors of a border cost more than these.
std::shared_ptr<Halide::Internal::IRMutator> splat_stores();

} // namespace nibble::hexagon
