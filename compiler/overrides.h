// Widths and encodings of tensors from a file in the form of Qualcomm's quantization_overrides and AIMET's encodings:
// what gen_kernels --overrides gives to models that carry float weights.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "model/model.h"

namespace nibble {

/// What one entry of `param_encodings` or `activation_encodings` says of the tensors that its name matches.
struct Encoding {
    std::string where;          ///< "param_encodings.conv*", as findings name it
    std::string pattern;        ///< a tensor's name, in which * stands for any characters
    bool of_activation = false; ///< of an activation_encodings entry
    int bits = 8;
    bool symmetric = true;
    int group_size = 0;          ///< elements along the reduction with a scale of their own; 0: none
    std::vector<float> scale;    ///< none: from the weights; one; or one for each channel
    std::vector<int64_t> offset; ///< real = scale * (unsigned value + offset); none: from `symmetric`
    /// AIMET's "LPBQ": an integer of 1 to 16 for each group beside a scale for each channel; symmetric.
    std::vector<int64_t> multiplier;
    std::vector<float> least, most; ///< where scales are not given: the range that they span
};

/// Reads the entries. A tensor's entry is an object or a list of them (one a channel) by name (AIMET 0.6, Qualcomm), or
/// an item of a list that has its `name` (AIMET 1.0). Throws Error with every finding.
std::vector<Encoding> read_overrides(const std::filesystem::path &file);

/// Quantises the model's float tensors as the encodings say: weights of conv2d, depthwise_conv2d and fully_connected
/// (with their biases, where the source is quantised) to s4 or s8, or u4 or u8 where an entry is not symmetric;
/// activations to u8, s8 or s16. Operators that so become integer ones round by `float` where they have it. `file` is
/// what findings name. Throws Error for a pattern that matches no such tensor, for two that match one and say different
/// things, and for what does not fit the tensor.
void apply_overrides(const std::vector<Encoding> &, const std::string &file, Model &);

} // namespace nibble
