// Pass that takes loads and stores of parts of HVX vectors apart.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::hexagon {

/// Dense loads and stores become whole vectors and pieces that scalar registers hold. LLVM widens what lies between to
/// a vector, whose loads reach beyond the lines of the buffer and whose stores do not keep to their lanes. The kernel's
/// own memory is made a vector longer instead, and loaded from in whole vectors.
std::shared_ptr<Halide::Internal::IRMutator> whole_vectors();

} // namespace nibble::hexagon
