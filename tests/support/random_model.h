// Models of a few operators with random shapes, types and attributes: what no one thought of.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "model/model.h"

namespace nibble::test {

/// A checked model of two to four operators in a chain: convolutions, depthwise ones, fully connected layers, pools and
/// elementwise operators on s8, u8 or s16, or fully connected layers of f32; with weights of 8 or 4 bits by tensor,
/// channel or group, odd channels, strides, paddings, dilations and groups, and one of the roundings. The same seed
/// gives the same model.
Model random_model(uint32_t seed);

} // namespace nibble::test
