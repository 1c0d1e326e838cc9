// The lowerings of depthwise_conv2d: how packed weights lie, and those of 4 bits. No Halide.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "runtime/pack.h"

namespace nibble {

/// The lowering that multiplies the same values of weights that have a byte or more each: kernels of a lowering for
/// 4-bit weights take these out of their bytes first.
inline std::string byte_lowering(const std::string &lowering) {
    static const std::map<std::string, std::string> of_nibbles = {
        {"columns4_s8s4", "columns4_s8s8"}, {"pairs_s4", "pairs_i16"}, {"selected_s4", "selected_i16"},
        {"taps2_s4", "taps2_s8"},           {"taps_s4", "taps_i16"},   {"windows4_s8s4", "windows4_s8s8"},
        {"windows4_u8s4", "windows4_u8s8"},
    };
    const auto found = of_nibbles.find(lowering);
    return found == of_nibbles.end() ? lowering : found->second;
}

/// One of runtime/pack.h's forms.
inline int64_t depthwise_form(const std::string &lowering) {
    const std::string prefix = lowering.substr(0, lowering.find('_'));
    return prefix == "windows4"   ? NIBBLE_PACK_WINDOWS4
           : prefix == "columns4" ? NIBBLE_PACK_COLUMNS4
                                  : NIBBLE_PACK_I16_TAPS;
}

/// Whether weights are words of four taps.
inline bool has_words(const std::string &lowering) { return depthwise_form(lowering) != NIBBLE_PACK_I16_TAPS; }

} // namespace nibble
