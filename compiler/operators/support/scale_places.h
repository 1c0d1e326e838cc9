// Which scales quantize_linear and dequantize_linear have: attributes of a layer as reference::ScalePlaces.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "compiler/operators/support/legalise_context.h"
#include "runtime/reference/scale_places.h"

namespace nibble::operators {

/// The tensors of an operator that scales.
struct ScaledTensors {
    const Tensor &src, &scale, &dst;
};

/// The layer of an operator with operands src, scale and, where it is given, zero, in this order: the zero points have
/// the type of `integers` ("src" or "dst"). Reports what does not fit together.
Layer scaled_layer(LegaliseContext &, const ScaledTensors &, const std::string &integers, DType type);
reference::ScalePlaces scale_places_of(const Layer &);
void set_scale_places(const reference::ScalePlaces &, Attributes &);

} // namespace nibble::operators
