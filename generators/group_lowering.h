// What the lowerings of fully_connected_groups multiply. No Halide.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace nibble {

/// Sums of four products of s8 activations and weights of a group, in lanes of s32.
struct GroupLowering {
    bool packs_nibbles; ///< two weights to a byte: neighbouring fours of the reduction, the first in the low nibbles
    bool unsigned_wei;  ///< weights are u8, wei_offset() added; else s8, and nibbles are multiplied times 16

    static constexpr int products = 4; ///< that one lane sums in an instruction
    static constexpr int panel = 16;   ///< channels of a panel of packed weights

    /// Fours of the reduction whose weights share bytes.
    int halves() const { return packs_nibbles ? 2 : 1; }
    /// Inputs that packed groups are whole multiples of.
    int step() const { return products * halves(); }
    int wei_offset() const { return !unsigned_wei ? 0 : packs_nibbles ? 8 : 128; }
    /// Left shift of the sum of products.
    int sum_shift() const { return packs_nibbles && !unsigned_wei ? 4 : 0; }
};

/// Throws std::out_of_range for another name.
inline GroupLowering group_lowering(const std::string &name) {
    if (name == "groups_s8s4" || name == "groups_s8s8") {
        return {name == "groups_s8s4", false};
    }
    if (name == "groups_s8u4" || name == "groups_s8u8") {
        return {name == "groups_s8u4", true};
    }
    throw std::out_of_range("no lowering of groups " + name);
}

} // namespace nibble
