// A pass for staged pixels of 16 channels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::x86 {

/// The words of four neighbouring pixels' bytes are an interleave of four 16-byte loads, 16 bytes apart. Writes it as
/// one 64-byte load and one byte permutation (vpermb with a memory operand); LLVM makes four loads and three shuffles
/// of it.
std::shared_ptr<Halide::Internal::IRMutator> load_pixel_windows_whole();

} // namespace nibble::x86
