// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/weight_zero.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "compiler/operators/support/u8_view.h"
#include "runtime/pack.h"

namespace nibble::operators {

std::vector<uint8_t> weight_bytes(const Tensor &wei) {
    if (bits_of(wei.dtype) == 8) {
        return s8_view(wei.dtype, wei.data);
    }
    std::vector<int8_t> values(static_cast<size_t>(wei.elements()));
    nibble_unpack_s4(wei.data.data(), wei.elements(), values.data());
    std::vector<uint8_t> bytes(values.begin(), values.end());
    if (wei.dtype == DType::u4) { // value - 8, which differs in the sign bit
        std::transform(bytes.begin(), bytes.end(), bytes.begin(),
                       [](uint8_t value) { return static_cast<uint8_t>((value & 15) - 8); });
    }
    return bytes;
}

namespace {

/// Weights of 4 bits less their zero points always fit s8.
void set_weights4(const Tensor &wei, int axis, Layer &layer) {
    Constant constant{DType::s8, wei.shape, weight_bytes(wei)};
    layer.attributes["wei_zero"] = 0;
    layer.attributes["wei_bits"] = 4;
    if (wei.quantization && wei.quantization->granularity != Granularity::per_group) {
        const std::vector<int32_t> &zeros = wei.quantization->zero_point;
        int64_t inner = 1;
        for (size_t i = static_cast<size_t>(axis) + 1; i < wei.shape.size(); ++i) {
            inner *= wei.shape[i];
        }
        for (int64_t i = 0; i < wei.elements(); ++i) {
            const auto channel = static_cast<size_t>(i / inner % wei.shape[static_cast<size_t>(axis)]);
            const int32_t zero = s8_view_zero(wei.dtype, zeros[zeros.size() == 1 ? 0 : channel]);
            auto &byte = constant.data[static_cast<size_t>(i)];
            byte = static_cast<uint8_t>(byte - zero);
        }
    }
    layer.constants["wei"] = std::move(constant);
    const int64_t channels = wei.shape[static_cast<size_t>(axis)];
    const std::vector<int32_t> zeros = nibble_zeros(layer, channels, axis != 0);
    layer.attributes["wei_zero_by_channel"] = std::count(zeros.begin(), zeros.end(), 0) != channels;
}

} // namespace

bool zeros_by_channel(const Layer &layer) { return wei_bits(layer) == 4 && layer.at("wei_zero_by_channel") != 0; }

int64_t wei_bits(const Layer &layer) {
    const auto bits = layer.attributes.find("wei_bits");
    return bits == layer.attributes.end() ? 8 : bits->second;
}

std::vector<int32_t> nibble_zeros(const Layer &layer, int64_t channels, bool channels_last) {
    std::vector<int32_t> least(static_cast<size_t>(channels)), most = least;
    const Constant &wei = layer.constants.at("wei");
    const auto elements = static_cast<int64_t>(wei.data.size());
    for (int64_t i = 0; i < elements; ++i) {
        const auto c = static_cast<size_t>(channels_last ? i % channels : i / (elements / channels));
        const int32_t value = wei.as<int8_t>()[i];
        least[c] = std::min(least[c], value);
        most[c] = std::max(most[c], value);
    }
    std::vector<int32_t> zeros;
    std::transform(least.begin(), least.end(), most.begin(), std::back_inserter(zeros),
                   [](int32_t low, int32_t high) { return std::clamp(0, -8 - low, 7 - high); });
    return zeros;
}

void set_weights(LegaliseContext &context, const Tensor &wei, int axis, Layer &layer) {
    if (bits_of(wei.dtype) == 4) {
        set_weights4(wei, axis, layer);
        return;
    }
    Constant constant{DType::s8, wei.shape, weight_bytes(wei)};
    const bool one_zero = wei.quantization && wei.quantization->granularity == Granularity::per_tensor;
    const int32_t zero = one_zero ? context.quantization(wei).zero_point : 0;
    const auto *values = constant.as<int8_t>();
    const auto [least, most] = std::minmax_element(values, values + constant.data.size());
    // Differences lie in [*least - zero, *most - zero]; with any zero point in these limits they fit s8.
    const int32_t moved = std::clamp(0, -128 - (*least - zero), 127 - (*most - zero));
    std::transform(values, values + constant.data.size(), constant.data.begin(),
                   [&](int8_t value) { return static_cast<uint8_t>(value - zero + moved); });
    layer.constants["wei"] = std::move(constant);
    layer.attributes["wei_zero"] = moved;
}

int64_t largest_weight(const Layer &layer) {
    constexpr int64_t largest_difference4 = 15; // of two nibbles
    return wei_bits(layer) == 4 ? largest_difference4 : 128 + std::abs(layer.at("wei_zero"));
}

void fold_weight_zero(const Layer &layer, int64_t k, int32_t zero, int64_t channels, int32_t *bia) {
    const auto term = static_cast<uint32_t>(k * zero * layer.at("wei_zero"));
    std::transform(bia, bia + channels, bia,
                   [=](int32_t value) { return static_cast<int32_t>(static_cast<uint32_t>(value) + term); });
}

} // namespace nibble::operators
