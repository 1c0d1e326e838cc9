// Pass that keeps f32 products apart from their sums. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::cuda {

/// Each f32 product becomes the instruction that rounds it. Halide lets LLVM fuse any product with its sum on GPUs,
/// even where the algorithm says strict_float.
std::shared_ptr<Halide::Internal::IRMutator> rounded_products();

} // namespace nibble::cuda
