// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/s16_weights.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "compiler/operators/support/quantisation.h"
#include "runtime/pack.h"

namespace nibble::operators {
namespace {

constexpr int most_reduced16_shift = 7;

bool is_reduced16(const Layer &layer) { return layer.rounding == Rounding::reduced16; }

/// Largest |acc| that the rounding's arithmetic takes.
int64_t most_accumulator(const Layer &layer) { return (int64_t{1} << (is_reduced16(layer) ? 47 : 31)) - 1; }

void set_bias_of(LegaliseContext &context, int64_t channels, Layer &layer) {
    constexpr size_t index = 2;
    const DType type = is_reduced16(layer) ? DType::s64 : DType::s32;
    layer.constants["bia"] = {type, {channels}, std::vector<uint8_t>(channels * bits_of(type) / 8, 0)};
    if (context.input(index) == nullptr) {
        return;
    }
    const Tensor *bia = context.constant(index, type, 1);
    if (bia != nullptr) {
        context.expect_shape(*bia, {channels});
        layer.constants["bia"].data = bia->data;
    }
}

int64_t bias_at(const Layer &layer, int64_t channel) {
    const Constant &bia = layer.constants.at("bia");
    return bia.dtype == DType::s64 ? bia.as<int64_t>()[channel] : bia.as<int32_t>()[channel];
}

void expect_zero_points_of_0(LegaliseContext &context, const Tensor &wei) {
    for (const int32_t zero : wei.quantization ? wei.quantization->zero_point : std::vector<int32_t>{}) {
        if (zero != 0) {
            context.report(wei, "zero_point", std::to_string(zero), "0, for s16 activations");
            return;
        }
    }
}

void check_channel(LegaliseContext &context, const Layer &layer, int64_t channel, int64_t bound) {
    if (bound > most_accumulator(layer)) {
        context.report(fmt::format("accumulator of channel {}", channel), fmt::format("up to {}", bound),
                       fmt::format("at most {}", most_accumulator(layer)));
        return;
    }
    const int32_t shift = layer.constants.at("shift").as<int32_t>()[channel];
    const bool fits = is_reduced16(layer) ? shift <= most_reduced16_shift
                                          : shift <= 0 || (shift < 31 && bound <= most_accumulator(layer) >> shift);
    if (!fits) {
        context.report(fmt::format("output scale of channel {}", channel), fmt::format("a factor of about 2^{}", shift),
                       is_reduced16(layer) ? fmt::format("one below 2^{}", most_reduced16_shift)
                                           : "one that keeps the requantisation in 32 bits");
    }
}

void check_channels(LegaliseContext &context, const std::vector<int8_t> &values, const Layer &layer) {
    const int64_t channels = layer.at("co");
    const auto products = static_cast<int64_t>(values.size()) / channels;
    for (int64_t c = 0; c < channels && context.ok(); ++c) {
        int64_t bound = std::abs(bias_at(layer, c));
        for (int64_t i = 0; i < products; ++i) {
            bound += std::abs(int64_t{values[c * products + i]}) * 32768;
        }
        check_channel(context, layer, c, bound);
    }
}

} // namespace

const Tensor *weights_of_s16(LegaliseContext &context, size_t index, int rank) {
    return context.constant(index, {DType::s8, DType::s4}, rank);
}

std::vector<int8_t> weight_values(const Tensor &wei) {
    if (wei.dtype == DType::s8) {
        const auto *bytes = reinterpret_cast<const int8_t *>(wei.data.data());
        return {bytes, bytes + wei.data.size()};
    }
    std::vector<int8_t> values(wei.elements());
    nibble_unpack_s4(wei.data.data(), wei.elements(), values.data());
    return values;
}

void set_s16_constants(LegaliseContext &context, const Tensor &wei, int axis, const std::vector<int8_t> &values,
                       const TensorQuantization &src, const TensorQuantization &dst, bool one_scale_in_f32,
                       Layer &layer) {
    const int64_t co = layer.at("co");
    layer.widened = wei.dtype == DType::s4 ? "kernels of 16-bit activations read bytes" : "";
    layer.attributes["acc_bits"] = is_reduced16(layer) ? 64 : 32;
    layer.constants["wei"] =
        make_constant(DType::s8, {co, layer.at("kh"), layer.at("kw"), layer.at("ci") / layer.at("groups")}, values);
    expect_zero_points_of_0(context, wei);
    set_bias_of(context, co, layer);
    set_channel_factors(context, src, wei, axis, dst, one_scale_in_f32, layer);
    if (context.ok()) {
        check_channels(context, values, layer);
    }
}

} // namespace nibble::operators
