// Weights with a zero point, as TFLite's uint8 models have: products are (src - src_zero) * (wei - wei_zero).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/operators/support/legalise_context.h"

namespace nibble::operators {

/// The values of a tensor of 4 or 8 bits, one a byte, in the s8 view.
std::vector<uint8_t> weight_bytes(const Tensor &);

/// Sets constant "wei" (s8, the tensor's shape) of weights whose channels run along `axis`, attribute wei_zero and, for
/// weights of s4 or u4, wei_bits 4, so that wei - wei_zero are the tensor's values
/// less its zero point. wei_zero is 0 wherever these differences fit s8, and as near to it as they allow elsewhere:
/// weights are moved along with it.
void set_weights(LegaliseContext &, const Tensor &wei, int axis, Layer &);

/// Bits of the layer's weights: 4 where attribute wei_bits says so, else 8. Weights of 4 bits have wei_zero 0: constant
/// "wei" has the tensor's values less their zero points, which lie in [-8, 7] or, where attribute wei_zero_by_channel
/// is 1, span at most 16 integers, 0 among them, in each channel.
int64_t wei_bits(const Layer &);
/// Whether they need zero points of their own to be packed.
bool zeros_by_channel(const Layer &);

/// What is added to the 4-bit weights of each channel for them to lie in [-8, 7], of weights [channels][...] or, where
/// channels come last, [...][channels]. All are 0 where the weights lie there by themselves.
std::vector<int32_t> nibble_zeros(const Layer &, int64_t channels, bool channels_last);

/// The most that |wei - wei_zero| can be.
int64_t largest_weight(const Layer &);

/// What is left of the sum over (src - zero) * (wei - wei_zero) once the kernel has summed src * wei and taken off
/// wei_zero * src, and the bias has `zero * sum(wei)` folded in (nibble_fold_bias): zero * wei_zero for each of `k`
/// products. Adds it to the first `channels` elements of `bia`, modulo 2^32. `zero` is folded_zero's.
void fold_weight_zero(const Layer &, int64_t k, int32_t zero, int64_t channels, int32_t *bia);

} // namespace nibble::operators
