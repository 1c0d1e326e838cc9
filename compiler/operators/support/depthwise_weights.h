// Packed constants of the depthwise lowerings.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "compiler/operator_table.h"

namespace nibble::operators {

/// Neighbouring outputs of a row that the lowering's kernel has as one with the channels of all: the arrays' constants
/// are repeated so many times.
int64_t pixels_together(const Layer &, const std::string &lowering);

/// "wei": words of 4 neighbouring taps for the windows [kh * ceil(kw / 4)][padded co] and for the columns
/// [nibble_column_words(kh)][kw][padded co], s16 taps [kh * kw][padded co] for the others; of 4-bit weights what
/// nibble_pack_depthwise4 makes of the same rows. Then "bia" with the source's zero point folded in, and the
/// requantisation's arrays. Last, where weights that are words have a zero point, "zer" s32: for each of the terms that
/// it goes into, words with the term in the bytes of taps, 0 in the others; or of 4-bit weights, where channels have
/// zero points, words [padded co] of four bytes: 8 and what nibble_zeros adds.
PackedLayout depthwise_packed_layout(const Layer &, const std::string &lowering);
/// Packs them.
void pack_depthwise(const Layer &, const std::string &lowering, uint8_t *packed);

/// Sets kernel parameters wei_bits (the lowering's), wei_zeros (the number of terms in "zer", or zero_by_channel), of
/// columns pixels (pixels_together) and, of taps2_s8, s16_sums: whether every weight less its zero point is known to be
/// in [-127, 127].
void set_depthwise_parameters(const Layer &, const std::string &lowering, Attributes &kernel);

} // namespace nibble::operators
