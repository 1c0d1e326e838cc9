// Passes that write the calls of generators/byte_forms.h in x86 instructions on whole vectors of bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <Halide.h>

namespace nibble::x86 {

/// Even and odd bytes apart as the high bytes of 16-bit words, so that nothing is widened and nothing packed: of 64
/// elements, vpsllw and vpandd; two vpmulhrsw and two vpaddsw, for slopes above 1 two more for each doubling; a
/// vpermt2b or a shift and a vpternlogd.
std::shared_ptr<Halide::Internal::IRMutator> expand_word_forms();

/// On 32-byte vectors: vpunpcklbw and vpunpckhbw pair each element with a constant, vpmaddubsw and vpmulhrsw compute
/// the form of half of them each, vpacksswb joins them. Seven instructions for 32 elements.
std::shared_ptr<Halide::Internal::IRMutator> expand_pair_forms();

} // namespace nibble::x86
