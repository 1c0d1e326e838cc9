// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/weight_zero.h"

#include <algorithm>
#include <cstdlib>

#include "compiler/operators/support/u8_view.h"

namespace nibble::operators {

void set_weights(LegaliseContext &context, const Tensor &wei, Layer &layer) {
    Constant constant{DType::s8, wei.shape, s8_view(wei.dtype, wei.data)};
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

int64_t largest_weight(const Layer &layer) { return 128 + std::abs(layer.at("wei_zero")); }

void fold_weight_zero(const Layer &layer, int64_t k, int32_t zero, int64_t channels, int32_t *bia) {
    const auto term = static_cast<uint32_t>(k * zero * layer.at("wei_zero"));
    std::transform(bia, bia + channels, bia,
                   [=](int32_t value) { return static_cast<int32_t>(static_cast<uint32_t>(value) + term); });
}

} // namespace nibble::operators
