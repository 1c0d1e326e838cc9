// Passes that write the calls of generators/dot4.h in the target's operations.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble {

/// Shifts, multiplies and adds: right everywhere.
std::shared_ptr<Halide::Internal::IRMutator> expand_dot4_by_products();

/// s8 by s8, as a sum of four neighbouring lanes' products, which Halide knows as sdot.
std::shared_ptr<Halide::Internal::IRMutator> expand_dot4_by_sdot();

/// vpdpbusd, through the wrappers for whole vectors in Halide's x86 runtime. Only for AVX512-VNNI.
std::shared_ptr<Halide::Internal::IRMutator> expand_dot4_by_vnni();

} // namespace nibble
