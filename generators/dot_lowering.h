// What the dot-product lowerings multiply: what packed weights, staged activations and tiles depend on. No Halide.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace nibble {

struct DotLowering {
    int products;      ///< that one lane sums in an instruction: neighbours of the reduction, together in the weights
    bool unsigned_src; ///< activations are staged as u8, 128 added
    int src_bytes;     ///< of a staged activation
    /// Padding is selected element by element, for schedules that stage any part of a row; else whole rows are filled.
    bool selects = false;
};

/// Throws std::out_of_range for another name.
inline DotLowering dot_lowering(const std::string &name) {
    if (name == "dot_u8s8") {
        return {4, true, 1};
    }
    if (name == "dot_s8s8") {
        return {4, false, 1};
    }
    if (name == "dp4a_s8s8") {
        return {4, false, 1, true};
    }
    if (name == "dot_s16s16") {
        return {2, false, 2};
    }
    throw std::out_of_range("no dot-product lowering " + name);
}

} // namespace nibble
