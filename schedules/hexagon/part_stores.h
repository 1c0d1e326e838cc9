// Pass that stores parts of a vector by way of whole vectors.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <Halide.h>

namespace nibble::hexagon {

/// Where parts of vectors lie in a buffer that begins on one.
enum class Parts {
    of_whole_vectors, ///< at multiples of their size, each once, in a buffer of whole vectors
    aligned,          ///< at multiples of their size
    anywhere
};

/// Stores of a half or a quarter of a vector of bytes to `buffer` become stores of a whole one: that which they lie in,
/// loaded and with the part replaced, where the buffer is of these; else a masked one, of which LLVM makes two where
/// parts lie anywhere. The former take a packet or two less in 28.
std::shared_ptr<Halide::Internal::IRMutator> part_stores(const std::string &buffer, Parts);

} // namespace nibble::hexagon
