// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/window_samples.h"

#include <algorithm>

#include "compiler/operators/support/window.h"

namespace nibble::operators {

Attributes window_attributes(const WindowSample &s) {
    const auto extent = [&s](size_t i) {
        return explicit_windows(s.src[i + 1], s.kernel[i], s.stride[i], s.dilation[i], s.padding[i], s.padding[i + 2])
            .extent;
    };
    return {{"n", s.src[0]},
            {"h", s.src[1]},
            {"w", s.src[2]},
            {"oh", extent(0)},
            {"ow", extent(1)},
            {"kh", s.kernel[0]},
            {"kw", s.kernel[1]},
            {"stride_h", s.stride[0]},
            {"stride_w", s.stride[1]},
            {"dilation_h", s.dilation[0]},
            {"dilation_w", s.dilation[1]},
            {"pad_top", s.padding[0]},
            {"pad_left", s.padding[1]}};
}

void set_sample_quantisation(size_t index, Attributes &attributes) {
    constexpr int64_t src_zeros[] = {-5, 0, 127, -128, 31};
    constexpr int64_t dst_zeros[] = {4, -128, 0, -17, 90, -77, 127};
    const int64_t dst_zero = dst_zeros[index % std::size(dst_zeros)];
    attributes["u8"] = 0;
    attributes["src_zero"] = src_zeros[index % std::size(src_zeros)];
    attributes["dst_zero"] = dst_zero;
    attributes["clamp_min"] = -128;
    attributes["clamp_max"] = 127;
    if (index % 4 == 1 || index % 4 == 2) {
        attributes["clamp_min"] = dst_zero;
    }
    if (index % 4 == 2) {
        attributes["clamp_max"] = std::min<int64_t>(127, dst_zero + 100);
    }
    if (index % 4 == 3) {
        attributes["clamp_min"] = std::max<int64_t>(-128, dst_zero - 31);
        attributes["clamp_max"] = std::min<int64_t>(127, dst_zero + 33);
    }
}

LayerTensor sample_tensor(const std::string &name, std::vector<int64_t> shape) {
    return {name, DType::s8, std::move(shape)};
}

} // namespace nibble::operators
