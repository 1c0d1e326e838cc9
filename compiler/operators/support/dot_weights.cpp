// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/dot_weights.h"

#include <algorithm>
#include <functional>

#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/weight_zero.h"
#include "compiler/target.h"
#include "generators/depthwise_lowering.h"
#include "generators/dot_lowering.h"
#include "runtime/pack.h"

namespace nibble::operators {

int32_t folded_zero(const Layer &layer, const std::string &lowering) {
    const bool unsigned_src = byte_lowering(lowering) == "windows4_u8s8" ||
                              (layer.op != "depthwise_conv2d" && dot_lowering(lowering).unsigned_src);
    return static_cast<int32_t>(layer.at("src_zero")) + (unsigned_src ? 128 : 0);
}

namespace {

WeightZeroPoints zero_points(const Layer &layer, const std::string &lowering) {
    if (weight_bits(lowering) == 8) {
        return layer.at("wei_zero") != 0 ? one_zero : no_zero;
    }
    return zeros_by_channel(layer) ? zero_by_channel : no_zero;
}

/// The weights as they are packed, where nibbles need zero points of their own.
std::vector<int8_t> moved_weights(const Layer &layer, int64_t channels, const std::vector<int32_t> &zeros) {
    const auto *wei = layer.constants.at("wei").as<int8_t>();
    std::vector<int8_t> moved(wei, wei + layer.constants.at("wei").data.size());
    const size_t reduction = moved.size() / static_cast<size_t>(channels);
    for (size_t i = 0; i < moved.size(); ++i) {
        moved[i] = static_cast<int8_t>(moved[i] + zeros[i / reduction]);
    }
    return moved;
}

} // namespace

void set_dot_parameters(const Layer &layer, const std::string &lowering, Attributes &kernel) {
    kernel.erase("wei_zero");
    kernel.erase("wei_zero_by_channel");
    kernel["wei_bits"] = weight_bits(lowering);
    kernel["wei_zeros"] = zero_points(layer, lowering);
}

void set_s16_sums(const Layer &layer, int64_t length, const std::string &lowering, Attributes &kernel) {
    if (lowering != "dot2_s8s8") {
        return;
    }
    const auto wei = layer.constants.find("wei");
    const bool whole = nibble_ceil_div(length, dot_lowering(lowering).products) % 2 == 0;
    // Weights at their zero point fill merged groups.
    kernel[s16_sums_name] = whole && wei != layer.constants.end() && !wei->second.data.empty() &&
                            layer.at("wei_zero") != -128 &&
                            std::count(wei->second.data.begin(), wei->second.data.end(), uint8_t{128}) == 0;
}

int64_t DotWeights::panels_bytes(const std::string &lowering) const {
    const DotLowering form = dot_lowering(lowering);
    const auto bytes = form.packs_nibbles() ? nibble_panels4_bytes : nibble_panels_bytes;
    return bytes(group_co(), rows, segments, length, form.panel, form.products);
}

namespace {

/// Channels of the panels that `channels` take.
int64_t whole_panels(int64_t channels, const DotLowering &form) {
    return nibble_ceil_div(channels, form.panel) * form.panel;
}

/// Arrays "wei" and, where there is one, "zer" of 4-bit weights.
void pack_nibbles(const Layer &layer, const DotWeights &w, const std::string &lowering, const PackedLayout &layout,
                  uint8_t *packed) {
    const DotLowering form = dot_lowering(lowering);
    const std::vector<int32_t> zeros = nibble_zeros(layer, w.co, false);
    const std::vector<int8_t> wei = moved_weights(layer, w.co, zeros);
    auto *panels = packed_array<uint8_t>(layout, "wei", packed);
    auto *zer = packed_array<int32_t>(layout, "zer", packed);
    for (int64_t group = 0; group < w.groups; ++group) {
        nibble_pack_panels4(wei.data() + group * w.group_co() * w.reduction(), w.group_co(), w.rows, w.segments,
                            w.length, form.panel, form.products, form.wei_flip(), form.pad_nibble(),
                            panels + group * w.panels_bytes(lowering));
    }
    if (zer != nullptr) {
        std::transform(zeros.begin(), zeros.end(), zer, std::negate<>());
    }
}

} // namespace

PackedLayout dot_packed_layout(const Layer &layer, const DotWeights &w, const std::string &lowering) {
    PackedLayout layout;
    const int64_t channels = w.groups * whole_panels(w.group_co(), dot_lowering(lowering));
    layout.add("wei", weight_bits(lowering) == 4 ? DType::u8 : DType::s8, w.groups * w.panels_bytes(lowering));
    layout.add("bia", DType::s32, channels * static_cast<int64_t>(sizeof(int32_t)));
    add_requantise_arrays(layer, w.products, channels, layout);
    if (const WeightZeroPoints zeros = zero_points(layer, lowering); zeros != no_zero) {
        layout.add("zer", DType::s32, (zeros == zero_by_channel ? channels : 1) * int64_t{sizeof(int32_t)});
    }
    return layout;
}

void pack_dot(const Layer &layer, const DotWeights &w, const std::string &lowering, uint8_t *packed) {
    const PackedLayout layout = dot_packed_layout(layer, w, lowering);
    const DotLowering form = dot_lowering(lowering);
    const auto *wei = layer.constants.at("wei").as<int8_t>();
    if (form.packs_nibbles()) {
        pack_nibbles(layer, w, lowering, layout, packed);
    } else {
        auto *panels = packed_array<int8_t>(layout, "wei", packed);
        for (int64_t group = 0; group < w.groups; ++group) {
            nibble_pack_panels(wei + group * w.group_co() * w.reduction(), w.group_co(), w.rows, w.segments, w.length,
                               form.panel, form.products, form.wei_flip(), panels + group * w.panels_bytes(lowering));
        }
    }
    auto *bia = packed_array<int32_t>(layout, "bia", packed);
    const int32_t zero = folded_zero(layer, lowering);
    nibble_fold_bias(wei, layer.constants.at("bia").as<int32_t>(), w.co, w.reduction(), w.reduction(), 1, zero, bia);
    fold_weight_zero(layer, w.reduction(), zero, w.co, bia);
    if (auto *zer = packed_array<int32_t>(layout, "zer", packed); zer != nullptr && !form.packs_nibbles()) {
        *zer = -static_cast<int32_t>(layer.at("wei_zero"));
    }
    pack_requantise(layer, w.products, layout, packed);
}

} // namespace nibble::operators
