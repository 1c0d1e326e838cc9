// The constants of layers of conv2d_s16.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/operators/support/legalise_context.h"

namespace nibble::operators {

/// Constant input `index` of s8, or of s4, which is widened; nullptr where the context reports another.
const Tensor *weights_of_s16(LegaliseContext &, size_t index, int rank);
/// Its values, one a byte.
std::vector<int8_t> weight_values(const Tensor &);

/// Sets acc_bits (64 where the layer rounds by `reduced16`, else 32), the clamps and constants wei, bia, multiplier and
/// shift of a layer with attributes co kh kw ci groups. `values` are [co, kh, kw, ci / groups]; the scales of `wei` are
/// by `axis`; the bias is input 2, where the operator has one. One scale is multiplied in f32 where `one_scale_in_f32`.
/// Reports sums and factors that leave the integers of their rounding.
void set_s16_constants(LegaliseContext &, const Tensor &wei, int axis, const std::vector<int8_t> &values,
                       const TensorQuantization &src, const TensorQuantization &dst, bool one_scale_in_f32, Layer &);

} // namespace nibble::operators
