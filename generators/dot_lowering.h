// What the dot-product lowerings multiply: what packed weights, staged activations and tiles depend on. No Halide.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "compiler/layer.h"

namespace nibble {

/// How a kernel multiplies 4-bit weights, which it takes out of their bytes itself.
enum class NibbleForm {
    none,    ///< weights are bytes
    exact,   ///< as s8
    offset,  ///< as u8, 8 added
    shifted, ///< as s8, times 16: a nibble stays, or is moved, in the high half of its byte
};

struct DotLowering {
    int products;      ///< that one lane sums in an instruction: neighbours of the reduction, together in the weights
    bool unsigned_src; ///< activations are staged as u8, 128 added
    int src_bytes;     ///< of a staged activation
    bool unsigned_wei; ///< weights are packed as u8, 128 added
    int panel;         ///< channels of a panel of packed weights
    int groups = 1;    ///< of so many products, whose sums are added before a lane takes them up
    /// Padding is selected element by element, for schedules that stage any part of a row; else whole rows are filled.
    bool selects = false;
    /// Words of activations are read where they begin at multiples of their size: schedules have them in scalar
    /// registers.
    bool aligned_words = false;
    NibbleForm nibbles = NibbleForm::none;
    /// Most steps of two products each that are summed in the two s16 halves of a lane before it takes them up; 0: each
    /// step is summed in s32.
    int s16_steps = 0;

    bool packs_nibbles() const { return nibbles != NibbleForm::none; }
    /// Elements of the reduction whose weights share bytes.
    int packed_products() const { return packs_nibbles() ? 2 * products : products; }
    /// Bits of a weight that packing inverts.
    uint8_t wei_flip() const {
        if (packs_nibbles()) {
            return nibbles == NibbleForm::shifted ? 0 : 8;
        }
        return unsigned_wei ? 0x80 : 0;
    }
    /// What stands in panels beside 4-bit weights: products of 0, where 8 is not taken off the sum as a whole.
    uint8_t pad_nibble() const { return nibbles == NibbleForm::exact ? 8 : 0; }
    /// Steps of a block that is summed in s16: as many as divide `steps`, which is even.
    int s16_block(int64_t steps) const {
        int block = s16_steps;
        while (steps % block != 0) {
            block -= 2;
        }
        return block;
    }
    /// What a weight has added when it is multiplied.
    int wei_offset() const { return !unsigned_wei ? 0 : packs_nibbles() ? 8 : 128; }
    /// Left shift of the sum of products.
    int sum_shift() const { return nibbles == NibbleForm::shifted ? 4 : 0; }
};

/// Values of kernel parameter wei_zeros: no zero point, one for all weights, or, of 4-bit weights, one for each
/// channel.
enum WeightZeroPoints { no_zero = 0, one_zero = 1, zero_by_channel = 2 };

constexpr const char *s16_sums_name = "s16_sums"; ///< kernel parameter of dot2_s8s8

/// Throws std::out_of_range for another name.
inline DotLowering dot_lowering(const std::string &name) {
    if (name == "dot_u8s8") {
        return {4, true, 1, false, 16};
    }
    if (name == "dot_s8s8") {
        return {4, false, 1, false, 16};
    }
    if (name == "dot_u8s4") {
        return {4, true, 1, false, 16, 1, false, false, NibbleForm::shifted};
    }
    if (name == "dot2_u8s4") { // 8 * 2 * 255 * 8 < 2^15
        return {4, true, 1, false, 16, 1, false, false, NibbleForm::exact, 8};
    }
    if (name == "dot_s8s4") {
        return {4, false, 1, false, 16, 1, false, false, NibbleForm::shifted};
    }
    if (name == "dot_s8u4") {
        return {4, false, 1, true, 32, 1, false, true, NibbleForm::offset};
    }
    if (name == "dp4a_s8s4") {
        return {4, false, 1, false, 16, 1, true, false, NibbleForm::shifted};
    }
    if (name == "dot_s8u8") {
        return {4, false, 1, true, 32, 1, false, true};
    }
    if (name == "dp4a_s8s8") {
        return {4, false, 1, false, 16, 1, true};
    }
    if (name == "dot_s16s16") {
        return {2, false, 2, false, 16};
    }
    if (name == "dot2_s8s8") {
        return {2, false, 1, false, 16};
    }
    throw std::out_of_range("no dot-product lowering " + name);
}

/// The same for a kernel: where no weight is -128, two products of s8 are at most 2 * 127 * 128 < 2^15 in size and are
/// added in s16.
inline DotLowering dot_lowering(const std::string &name, const Attributes &kernel) {
    DotLowering form = dot_lowering(name);
    form.groups = name == "dot2_s8s8" && kernel.at(s16_sums_name) != 0 ? 2 : 1;
    return form;
}

} // namespace nibble
