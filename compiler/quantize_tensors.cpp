// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize_tensors.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace nibble {
namespace {

std::vector<float> floats_of(const Tensor &tensor) {
    std::vector<float> values(static_cast<size_t>(tensor.elements()));
    std::memcpy(values.data(), tensor.data.data(), values.size() * sizeof(float));
    return values;
}

/// Elements one after the other, or two to a byte, the low nibble first.
std::vector<uint8_t> packed(const std::vector<int64_t> &values, int bits) {
    std::vector<uint8_t> bytes((values.size() * static_cast<size_t>(bits) + 7) / 8);
    for (size_t i = 0; i < values.size(); ++i) {
        const auto value = static_cast<uint64_t>(values[i]);
        if (bits == 4) {
            bytes[i / 2] |= static_cast<uint8_t>((value & 15) << (4 * (i % 2)));
        }
        for (int byte = 0; 8 * byte < bits && bits > 4; ++byte) {
            bytes[i * static_cast<size_t>(bits) / 8 + static_cast<size_t>(byte)] =
                static_cast<uint8_t>(value >> (8 * byte));
        }
    }
    return bytes;
}

/// Scale and zero point of each group of weights, and which group an element is in.
class WeightGroups {
public:
    WeightGroups(const Tensor &tensor, const Encoding &encoding, int axis)
        : shape_(tensor.shape), axis_(axis), group_size_(encoding.group_size) {}

    size_t count() const {
        if (group_size_ > 0) {
            return static_cast<size_t>(elements() / group_size_);
        }
        return static_cast<size_t>(shape_[static_cast<size_t>(axis_)]);
    }
    size_t of(int64_t element) const {
        if (group_size_ > 0) {
            return static_cast<size_t>(element / group_size_);
        }
        int64_t inner = 1;
        for (size_t i = static_cast<size_t>(axis_) + 1; i < shape_.size(); ++i) {
            inner *= shape_[i];
        }
        return static_cast<size_t>(element / inner % shape_[static_cast<size_t>(axis_)]);
    }

private:
    int64_t elements() const {
        int64_t all = 1;
        for (const int64_t extent : shape_) {
            all *= extent;
        }
        return all;
    }

    std::vector<int64_t> shape_;
    int axis_;
    int group_size_;
};

/// A scale and a zero point for each group: as given, or from the values in it.
Quantization quantization_of(const std::vector<float> &values, const WeightGroups &groups, const Encoding &encoding,
                             const Integers &integers) {
    Quantization q;
    std::vector<float> least(groups.count(), 0.0f), most = least;
    for (size_t i = 0; i < values.size(); ++i) {
        const size_t group = groups.of(static_cast<int64_t>(i));
        least[group] = std::min(least[group], values[i]);
        most[group] = std::max(most[group], values[i]);
    }
    for (size_t group = 0; group < groups.count(); ++group) {
        const auto given = [&](const auto &list) { return list[list.size() == 1 ? 0 : group]; };
        const float scale = encoding.scale.empty() ? scale_of(least[group], most[group], integers, encoding.symmetric)
                                                   : given(encoding.scale);
        int64_t zero = 0;
        if (!encoding.offset.empty()) { // counted from the least integer
            zero = integers.least - given(encoding.offset);
        } else if (!encoding.symmetric) {
            zero = std::lround(-least[group] / scale);
        }
        q.scale.push_back(scale);
        q.zero_point.push_back(static_cast<int32_t>(std::clamp(zero, integers.least, integers.most)));
    }
    return q;
}

/// value / scale + zero, rounded half to even, within the integers.
int64_t quantized(float value, float scale, int32_t zero, const Integers &integers) {
    const double steps = std::nearbyint(double{value} / double{scale});
    const double whole = std::isnan(steps) ? 0 : steps;
    return static_cast<int64_t>(
        std::clamp(whole + zero, static_cast<double>(integers.least), static_cast<double>(integers.most)));
}

} // namespace

DType dtype_of(const Encoding &encoding) {
    if (encoding.bits == 4) {
        return encoding.symmetric ? DType::s4 : DType::u4;
    }
    if (encoding.bits == 16) {
        return DType::s16;
    }
    return encoding.symmetric ? DType::s8 : DType::u8;
}

/// A scale above 0 for values in [least, most], which a symmetric encoding's largest integer, or all integers, span.
float scale_of(float least, float most, const Integers &integers, bool symmetric) {
    const float span = symmetric ? std::max(-least, most) / static_cast<float>(integers.most)
                                 : (most - least) / static_cast<float>(integers.most - integers.least);
    return span > 0 ? span : 1.0f;
}

size_t scale_count(const Tensor &tensor, const Encoding &encoding, int axis) {
    return WeightGroups(tensor, encoding, axis).count();
}

/// A scale for each group, as the channel's scale and the group's integer make it.
Encoding with_group_scales(const Encoding &encoding, const std::vector<float> &channel_scales) {
    Encoding by_group = encoding;
    const size_t groups = encoding.multiplier.size() / channel_scales.size();
    by_group.scale.clear();
    for (size_t i = 0; i < encoding.multiplier.size(); ++i) {
        by_group.scale.push_back(channel_scales[i / groups] * static_cast<float>(encoding.multiplier[i]));
    }
    return by_group;
}

/// Quantizes weights whose groups have integers.
void quantize_multiplied_weights(Tensor &tensor, const Encoding &encoding, int axis) {
    const auto channels = static_cast<size_t>(tensor.shape[0]);
    const std::vector<float> scales =
        encoding.scale.size() == 1 ? std::vector<float>(channels, encoding.scale[0]) : encoding.scale;
    Encoding by_group = with_group_scales(encoding, scales);
    by_group.multiplier.clear();
    quantize_weights(tensor, by_group, axis);
    tensor.quantization->scale = scales;
    tensor.quantization->zero_point.assign(channels, 0);
    tensor.quantization->group_multiplier.assign(encoding.multiplier.begin(), encoding.multiplier.end());
}

void quantize_weights(Tensor &tensor, const Encoding &encoding, int axis) {
    if (!encoding.multiplier.empty()) {
        quantize_multiplied_weights(tensor, encoding, axis);
        return;
    }
    const WeightGroups groups(tensor, encoding, axis);
    const Integers integers(encoding.bits, encoding.symmetric);
    const std::vector<float> values = floats_of(tensor);
    Quantization q = quantization_of(values, groups, encoding, integers);
    std::vector<int64_t> integer_values;
    for (size_t i = 0; i < values.size(); ++i) {
        const size_t group = groups.of(static_cast<int64_t>(i));
        integer_values.push_back(quantized(values[i], q.scale[group], q.zero_point[group], integers));
    }
    const auto zeros = std::count(q.zero_point.begin(), q.zero_point.end(), 0);
    q.granularity = encoding.group_size > 0 ? Granularity::per_group : Granularity::per_channel;
    q.axis = encoding.group_size > 0 ? static_cast<int>(tensor.shape.size()) - 1 : axis;
    q.group_size = encoding.group_size;
    q.symmetric = encoding.symmetric && zeros == static_cast<int64_t>(q.zero_point.size());
    tensor.dtype = dtype_of(encoding);
    tensor.data = packed(integer_values, encoding.bits);
    tensor.quantization = q;
}

void quantize_bias(Tensor &bias, float src_scale, const Quantization &weights) {
    const Integers integers(32, true);
    const std::vector<float> values = floats_of(bias);
    std::vector<int64_t> integer_values;
    Quantization q;
    q.granularity = Granularity::per_channel;
    q.symmetric = true;
    for (size_t c = 0; c < values.size(); ++c) {
        q.scale.push_back(src_scale * weights.scale[weights.scale.size() == 1 ? 0 : c]);
        q.zero_point.push_back(0);
        integer_values.push_back(quantized(values[c], q.scale[c], 0, integers));
    }
    bias.dtype = DType::s32;
    bias.data = packed(integer_values, 32);
    bias.quantization = q;
}

} // namespace nibble
