// The shape families of operators that slide a window: one description serves convolutions and pools.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/layer.h"

namespace nibble::operators {

/// A sample layer; the last members are usually left at their defaults.
struct WindowSample {
    const char *family;         ///< what it stands for: a C identifier
    std::array<int64_t, 4> src; ///< n h w c
    int64_t channels;           ///< conv2d: co; depthwise_conv2d: channel multiplier; pools: unused
    std::array<int64_t, 2> kernel = {1, 1};
    std::array<int64_t, 2> stride = {1, 1};
    std::array<int64_t, 2> dilation = {1, 1};
    std::array<int64_t, 4> padding = {0, 0, 0, 0}; ///< top left bottom right
    int64_t wei_zero = 0;
    int64_t groups = 1; ///< conv2d only
};

/// n h w oh ow kh kw stride_* dilation_* pad_top pad_left of the sample.
Attributes window_attributes(const WindowSample &);

/// Attribute u8 of s8 samples, and zero points src_zero and dst_zero and clamps that differ from sample to sample:
/// none, relu, relu6-like, narrow.
void set_sample_quantisation(size_t index, Attributes &);

/// An s8 activation named "src" or "dst".
LayerTensor sample_tensor(const std::string &name, std::vector<int64_t> shape);

} // namespace nibble::operators
