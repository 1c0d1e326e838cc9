// Weights [n, k] with a scale for each group of inputs: as a layer has them, and as kernels read them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/operator_table.h"
#include "compiler/operators/support/legalise_context.h"

namespace nibble::operators {

/// Sets attributes groups, multiplied, wei_bits and wei_zeros and constants of weights [n, k]: "wei" s8 [n,k], the
/// values less their zero points; "scale" f32 [n,groups]; or, where groups have integer multipliers (`multiplied` 1),
/// "scale" f32 [n] and "group_multiplier" s8 [n,groups]. Weights of one scale, or one for each output, are one group.
/// wei_zeros 1: some group of 4-bit weights does not lie in [-8, 7]. Reports quantisation of another form.
void set_group_weights(LegaliseContext &, const Tensor &wei, Layer &);

/// Weights with group_multiplier as s8 weights with a scale by channel: 4 bits times 1 to 16 are within s8.
Tensor multiplied_weights(const Tensor &wei);

/// Whether a kernel of the lowering sums groups by their multipliers: else its weights are multiplied when they are
/// packed, and it has one group.
bool sums_multiplied(const Layer &, const std::string &lowering);
/// Groups that a kernel of the lowering has.
int64_t kernel_groups(const Layer &, const std::string &lowering);
/// Whether array "zer" is there.
bool packs_zeros(const Layer &, const std::string &lowering);

/// Arrays, with panels of 16 outputs: "wei", as nibble_pack_panels and nibble_pack_panels4 write it; "scale" f32,
/// "mult" s8 (where sums_multiplied), "zero_sums" s32 (where src_zero is not 0: -src_zero * the group's sum of weights)
/// and "zer" s8 (where packs_zeros: what is added to a group's weights to lie in [-8, 7]) [panel][group][16]; "bia"
/// f32. Beside the outputs they are zero.
PackedLayout group_packed_layout(const Layer &, const std::string &lowering);
void pack_groups(const Layer &, const std::string &lowering, uint8_t *packed);

} // namespace nibble::operators
