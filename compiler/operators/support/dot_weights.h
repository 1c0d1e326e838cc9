// Packed constants of the dot-product lowerings, which conv2d and fully_connected share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "compiler/operator_table.h"

namespace nibble::operators {

/// Weights [co][rows][segments][length] as nibble_pack_panels (runtime/pack.h) reads them, in groups of co / groups
/// outputs, each packed into panels of its own: whole ones, if there are several groups.
struct DotWeights {
    int64_t co, rows, segments, length;
    int64_t groups = 1;
    int64_t products = rows * segments * length; ///< of an output: fewer than weights where some are always zero

    int64_t reduction() const { return rows * segments * length; }
    int64_t group_co() const { return co / groups; }
    /// Bytes of a group's panels.
    int64_t panels_bytes(const std::string &lowering) const;
};

/// What a lowering subtracts from the activations it multiplies, folded into the bias: `dot_u8s8` and `windows4_u8s8`
/// read s8 activations as u8 (value + 128, a flipped top bit), all others as they are.
int32_t folded_zero(const Layer &, const std::string &lowering);

/// Arrays "wei" s8 panels of the lowering's channels, "bia" s32 with the source's zero point folded in, those of
/// add_requantise_arrays, and where the weights have a zero point "zer" s32: its negative. Tails are zero.
/// "wei" of a lowering for 4-bit weights has nibbles, and "zer" then has the negative of nibble_zeros for each channel.
/// Sets kernel parameters wei_bits (the lowering's) and wei_zeros: whether array "zer" is there, and what it has
/// (generators/dot_lowering.h).
void set_dot_parameters(const Layer &, const std::string &lowering, Attributes &kernel);
/// Sets dot2_s8s8's kernel parameter s16_sums: 1 where a reduction of `length` values is one of pairs of groups and no
/// weight is -128. Weights that come at run time may be.
void set_s16_sums(const Layer &, int64_t length, const std::string &lowering, Attributes &kernel);
PackedLayout dot_packed_layout(const Layer &, const DotWeights &, const std::string &lowering);
void pack_dot(const Layer &, const DotWeights &, const std::string &lowering, uint8_t *packed);

} // namespace nibble::operators
