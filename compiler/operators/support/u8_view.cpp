// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/u8_view.h"

#include <algorithm>
#include <utility>

namespace nibble::operators {
namespace {

constexpr uint8_t sign_bit = 0x80;

void flip(uint8_t *bytes, int64_t count) {
    std::transform(bytes, bytes + count, bytes, [](uint8_t byte) { return static_cast<uint8_t>(byte ^ sign_bit); });
}

} // namespace

int32_t s8_view_zero(DType dtype, int32_t zero_point) {
    return dtype == DType::u8 ? zero_point - 128 : dtype == DType::u4 ? zero_point - 8 : zero_point;
}

std::vector<uint8_t> s8_view(DType dtype, std::vector<uint8_t> bytes) {
    if (dtype == DType::u8) {
        flip(bytes.data(), static_cast<int64_t>(bytes.size()));
    }
    return bytes;
}

decltype(OperatorRow::reference) through_s8_view(decltype(OperatorRow::reference) reference) {
    return [reference = std::move(reference)](const Layer &layer, const std::vector<const void *> &src,
                                              const std::vector<void *> &dst) {
        std::vector<const void *> views = src;
        std::vector<std::vector<uint8_t>> copies(src.size());
        for (size_t i = 0; i < layer.src.size(); ++i) {
            if (layer.src[i].dtype == DType::u8) {
                const auto *bytes = static_cast<const uint8_t *>(src[i]);
                copies[i] = s8_view(DType::u8, {bytes, bytes + layer.src[i].bytes()});
                views[i] = copies[i].data();
            }
        }
        reference(layer, views, dst);
        for (size_t i = 0; i < layer.dst.size(); ++i) {
            if (layer.dst[i].dtype == DType::u8) {
                flip(static_cast<uint8_t *>(dst[i]), layer.dst[i].bytes());
            }
        }
    };
}

void make_u8(Layer &layer) {
    for (std::vector<LayerTensor> *tensors : {&layer.src, &layer.dst}) {
        for (LayerTensor &tensor : *tensors) {
            tensor.dtype = tensor.dtype == DType::s8 ? DType::u8 : tensor.dtype;
        }
    }
    layer.attributes["u8"] = 1;
}

void add_u8_samples(const std::vector<std::string> &names, std::vector<Layer> &layers) {
    for (const std::string &name : names) {
        const auto named = [&](const Layer &layer) { return layer.name == name; };
        Layer layer = *std::find_if(layers.begin(), layers.end(), named);
        make_u8(layer);
        layer.name = "u8_" + name;
        layers.push_back(std::move(layer));
    }
}

} // namespace nibble::operators
