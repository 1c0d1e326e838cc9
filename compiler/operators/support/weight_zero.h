// Weights with a zero point, as TFLite's uint8 models have: products are (src - src_zero) * (wei - wei_zero).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "compiler/operators/support/legalise_context.h"

namespace nibble::operators {

/// Sets constant "wei" (s8, the tensor's shape) and attribute wei_zero, so that wei - wei_zero are the tensor's values
/// less its zero point. wei_zero is 0 wherever these differences fit s8, and as near to it as they allow elsewhere:
/// weights are moved along with it.
void set_weights(LegaliseContext &, const Tensor &wei, Layer &);

/// The most that |wei - wei_zero| can be for s8 weights.
int64_t largest_weight(const Layer &);

/// What is left of the sum over (src - zero) * (wei - wei_zero) once the kernel has summed src * wei and taken off
/// wei_zero * src, and the bias has `zero * sum(wei)` folded in (nibble_fold_bias): zero * wei_zero for each of `k`
/// products. Adds it to the first `channels` elements of `bia`, modulo 2^32. `zero` is folded_zero's.
void fold_weight_zero(const Layer &, int64_t k, int32_t zero, int64_t channels, int32_t *bia);

} // namespace nibble::operators
