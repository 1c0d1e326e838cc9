// Sample layers of s16 activations: those of s8 once more, with values 256 times as large.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "compiler/layer.h"

namespace nibble::operators {

/// Makes a layer's s8 activations s16, its attribute `bits` 16, its zero points 0, and its clamps as far from
/// them as they were.
void make_s16(Layer &);

/// Adds the named sample layers once more, as s16 and with the name "s16_<name>". Returns where in `layers` the first
/// of them is.
size_t add_s16_samples(const std::vector<std::string> &names, std::vector<Layer> &layers);

} // namespace nibble::operators
