// Which scales quantize_linear and dequantize_linear have: attributes of a layer as reference::ScalePlaces.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/operators/support/legalise_context.h"
#include "runtime/reference/scale_places.h"

namespace nibble::operators {

/// Attributes `axis` and `block_size` of a model's operator as extents of a layer; reports scales that do not fit the
/// tensor, and zero points (null: none) of another shape.
void legalise_scale_places(LegaliseContext &, const Tensor &src, const Tensor &scale, const Tensor *zero,
                           Attributes &attributes);
reference::ScalePlaces scale_places_of(const Layer &);
void set_scale_places(const reference::ScalePlaces &, Attributes &);

} // namespace nibble::operators
