// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_tensors.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

namespace nibble::test {

namespace {

Quantization one_scale(float scale, int32_t zero) {
    Quantization q;
    q.scale = {scale};
    q.zero_point = {zero};
    return q;
}

} // namespace

int RandomTensors::add(Tensor tensor, const char *kind) {
    tensor.name = fmt::format("{}{}", kind, model_.tensors.size());
    model_.tensors.push_back(std::move(tensor));
    return static_cast<int>(model_.tensors.size()) - 1;
}

int RandomTensors::add_activation(const std::vector<int64_t> &shape, float scale, std::optional<int32_t> zero) {
    Tensor tensor;
    tensor.shape = shape;
    tensor.dtype = type_;
    if (type_ == DType::f32) {
        return add(tensor, "activation");
    }
    const auto random_zero = static_cast<int32_t>(number(-128, 127) + (type_ == DType::u8 ? 128 : 0));
    tensor.quantization = one_scale(scale, type_ == DType::s16 ? 0 : zero.value_or(random_zero));
    return add(tensor, "activation");
}

DType RandomTensors::weight_type(int64_t products) {
    // More products of s16 by s8 might leave s32.
    constexpr int64_t most_products = 500;
    if (type_ == DType::s16 && rounding_ == Rounding::double_ && products > most_products) {
        return DType::s4;
    }
    return type_ == DType::s16  ? pick<DType>({DType::s8, DType::s4})
           : type_ == DType::u8 ? pick<DType>({DType::u8, DType::s4, DType::u4})
                                : pick<DType>({DType::s8, DType::s4, DType::u4});
}

int RandomTensors::add_weights(const std::vector<int64_t> &shape, int axis) {
    Tensor tensor;
    tensor.shape = shape;
    tensor.dtype = weight_type(tensor.elements() / shape[static_cast<size_t>(axis)]);
    const bool by_channel = tensor.dtype != DType::u8 && chance(2);
    const int64_t count = by_channel ? shape[static_cast<size_t>(axis)] : 1;
    const int bits = bits_of(tensor.dtype);
    const bool has_zero = tensor.dtype == DType::u8 || tensor.dtype == DType::u4;
    Quantization q = one_scale(0.01f, 0);
    q.scale.clear();
    q.zero_point.clear();
    q.granularity = by_channel ? Granularity::per_channel : Granularity::per_tensor;
    q.axis = by_channel ? axis : 0;
    q.symmetric = !has_zero;
    for (int64_t i = 0; i < count; ++i) {
        q.scale.push_back(0.01f * static_cast<float>(number(50, 150)) * 0.01f);
        q.zero_point.push_back(has_zero ? static_cast<int32_t>(number(0, (1 << bits) - 1)) : 0);
    }
    tensor.quantization = q;
    tensor.data.resize(static_cast<size_t>(tensor.bytes()));
    std::generate(tensor.data.begin(), tensor.data.end(), [&] { return static_cast<uint8_t>(generator_() >> 24); });
    return add(tensor, "weights");
}

void RandomTensors::scale_by_group(Tensor &wei) {
    std::vector<int64_t> sizes;
    for (const int64_t size : {8, 16, 32, 40, 64, 128}) {
        if (wei.shape[1] % size == 0) {
            sizes.push_back(size);
        }
    }
    const bool multiplied = type_ != DType::f32 || chance(3);
    if (sizes.empty() || bits_of(wei.dtype) != 4 || type_ == DType::s16) {
        return;
    }
    Quantization q = one_scale(0.01f, wei.dtype == DType::u4 ? 8 : 0);
    q.granularity = Granularity::per_group;
    q.axis = 1;
    q.group_size = pick(sizes);
    q.symmetric = multiplied;
    const int64_t groups = wei.elements() / q.group_size, scales = multiplied ? wei.shape[0] : groups;
    q.scale.clear();
    for (int64_t i = 0; i < scales; ++i) {
        q.scale.push_back(random_scale() * 0.1f);
    }
    q.zero_point.assign(static_cast<size_t>(scales), q.zero_point[0]);
    if (multiplied) {
        q.group_multiplier.resize(static_cast<size_t>(groups));
        std::generate(q.group_multiplier.begin(), q.group_multiplier.end(), [&] { return number(1, 16); });
    } else if (wei.dtype == DType::u4) {
        std::generate(q.zero_point.begin(), q.zero_point.end(), [&] { return number(0, 15); });
    }
    wei.quantization = q;
}

int RandomTensors::add_real_bias(int64_t channels) {
    Tensor tensor;
    tensor.shape = {channels};
    tensor.dtype = DType::f32;
    for (int64_t i = 0; i < channels; ++i) {
        const float value = random_scale();
        const auto *bytes = reinterpret_cast<const uint8_t *>(&value);
        tensor.data.insert(tensor.data.end(), bytes, bytes + sizeof(value));
    }
    return add(tensor, "bias");
}

int RandomTensors::add_bias(int64_t channels, float scale) {
    if (type_ == DType::f32) {
        return add_real_bias(channels);
    }
    Tensor tensor;
    tensor.shape = {channels};
    tensor.dtype = rounding_ == Rounding::reduced16 ? DType::s64 : DType::s32;
    tensor.quantization = one_scale(scale, 0);
    const auto width = static_cast<size_t>(bits_of(tensor.dtype) / 8);
    tensor.data.resize(static_cast<size_t>(channels) * width);
    for (size_t at = 0; at < tensor.data.size(); at += width) {
        const int64_t value = number(-3000, 3000); // little-endian
        std::memcpy(tensor.data.data() + at, &value, width);
    }
    return add(tensor, "bias");
}

int RandomTensors::add_weighted_destination(const std::vector<int64_t> &shape, int weights, int64_t products) {
    const Tensor &wei = tensor(weights);
    if (type_ == DType::f32) {
        return add_activation(shape, 0);
    }
    const double magnitude = bits_of(wei.dtype) == 4 ? 5 : 74;
    const double source = type_ == DType::s16 ? 18900 : 74, destination = type_ == DType::s16 ? 10000 : 40;
    const double spread = std::sqrt(static_cast<double>(products)) * source * magnitude / destination;
    const float scale = tensor(current_).quantization->scale[0] * wei.quantization->scale[0];
    return add_activation(shape, static_cast<float>(scale * spread));
}

} // namespace nibble::test
