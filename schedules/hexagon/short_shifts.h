// Pass that keeps LLVM's narrowing shifts right.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::hexagon {

/// Vectors of 32 bits that shift right by a constant of 16 or more do so in steps of at most 15: where such a shift is
/// narrowed, Halide takes an instruction that reads four bits of the amount.
std::shared_ptr<Halide::Internal::IRMutator> short_shifts();

} // namespace nibble::hexagon
