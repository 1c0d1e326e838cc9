// Layers of row fully_connected_groups for tests and benches.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "compiler/layer.h"

namespace nibble::operators {

/// What a layer multiplies; the last members are usually left at their defaults.
struct GroupForm {
    int64_t groups = 1;      ///< of inputs
    int64_t wei_bits = 4;    ///< 4 or 8
    int64_t dst_bits = 32;   ///< 32: f32, 16: f16, 8: s8
    bool src_is_f32 = true;  ///< else s8
    bool multiplied = false; ///< groups have integer multipliers
    bool wei_zeros = false;  ///< groups have zero points
    int64_t k_split = 1;
    std::string activation = "none"; ///< or relu6
};

/// A layer without constants, but for weights of 4 bits: these are drawn.
Layer group_layer(const std::string &name, int64_t m, int64_t k, int64_t n, const GroupForm &);

/// Adds "wei" where the layer lacks it, and "scale", "bia" and, where it has them, "group_multiplier".
void randomise_groups(Layer &, std::mt19937 &);

} // namespace nibble::operators
