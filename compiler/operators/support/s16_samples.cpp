// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/s16_samples.h"

#include <algorithm>

namespace nibble::operators {

void make_s16(Layer &layer) {
    for (std::vector<LayerTensor> *tensors : {&layer.src, &layer.dst}) {
        for (LayerTensor &tensor : *tensors) {
            tensor.dtype = tensor.dtype == DType::s8 ? DType::s16 : tensor.dtype;
        }
    }
    layer.attributes["bits"] = 16;
    const auto zero_point = layer.attributes.find("dst_zero");
    const int64_t centre = zero_point == layer.attributes.end() ? 0 : zero_point->second;
    for (const char *zero : {"src_zero", "src0_zero", "src1_zero", "dst_zero"}) {
        if (layer.attributes.count(zero) != 0) {
            layer.attributes[zero] = 0;
        }
    }
    if (layer.attributes.count("clamp_min") != 0) {
        layer.attributes["clamp_min"] = std::max<int64_t>((layer.at("clamp_min") - centre) * 256, -32768);
        layer.attributes["clamp_max"] = std::min<int64_t>((layer.at("clamp_max") - centre) * 256 + 255, 32767);
    }
}

size_t add_s16_samples(const std::vector<std::string> &names, std::vector<Layer> &layers) {
    const size_t first = layers.size();
    for (const std::string &name : names) {
        const auto named = [&](const Layer &layer) { return layer.name == name; };
        Layer layer = *std::find_if(layers.begin(), layers.end(), named);
        make_s16(layer);
        layer.name = "s16_" + name;
        layers.push_back(std::move(layer));
    }
    return first;
}

} // namespace nibble::operators
