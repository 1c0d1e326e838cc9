// Activations of u8 in the s8 view: value q with zero point z is q - 128 with zero point z - 128, which differs from it
// in the sign bit alone. Layers, references and kernels compute in this view; u8 is how the caller's bytes are read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/layer.h"
#include "compiler/operator_table.h"

namespace nibble::operators {

/// A zero point of a tensor of this type, in the s8 view (of u4: 8 lower).
int32_t s8_view_zero(DType, int32_t zero_point);

/// The bytes of an 8-bit tensor in the s8 view, or from it.
std::vector<uint8_t> s8_view(DType, std::vector<uint8_t> bytes);

/// A reference that runs `reference` on the s8 views of the layer's u8 sources and destinations.
decltype(OperatorRow::reference) through_s8_view(decltype(OperatorRow::reference) reference);

/// Makes a layer's s8 activations u8 and its attribute `u8` 1.
void make_u8(Layer &);

/// Adds the named sample layers once more, as u8 and with the name "u8_<name>".
void add_u8_samples(const std::vector<std::string> &names, std::vector<Layer> &);

} // namespace nibble::operators
