// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/group_weights.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/weight_zero.h"
#include "compiler/target.h"
#include "generators/group_lowering.h"
#include "runtime/pack.h"

namespace nibble::operators {
namespace {

/// The groups of weights [n, k].
struct Groups {
    int64_t n, k, groups;

    explicit Groups(const Layer &layer) : n(layer.at("n")), k(layer.at("k")), groups(layer.at("groups")) {}

    int64_t length() const { return k / groups; }
    /// The group of weight i, counted over all outputs.
    int64_t of(int64_t i) const { return i / length(); }
};

/// What is added to each group's weights for them to lie in [-8, 7].
std::vector<int8_t> nibble_zeros_of(const Layer &layer) {
    const Groups groups(layer);
    const auto *wei = layer.constants.at("wei").as<int8_t>();
    std::vector<int8_t> zeros;
    for (int64_t g = 0; g < groups.n * groups.groups; ++g) {
        const int8_t *first = wei + g * groups.length();
        const auto [least, most] = std::minmax_element(first, first + groups.length());
        zeros.push_back(static_cast<int8_t>(std::clamp(0, -8 - *least, 7 - *most)));
    }
    return zeros;
}

/// The values of the tensor less their zero points; of 4 bits, or s8 whose zero points are 0.
std::vector<int8_t> differences(const Tensor &wei) {
    const std::vector<uint8_t> bytes = weight_bytes(wei);
    const std::vector<int32_t> &zeros = wei.quantization->zero_point;
    const size_t sharing = bytes.size() / zeros.size(); // one for the tensor, for each channel or for each group
    std::vector<int8_t> values;
    for (size_t i = 0; i < bytes.size(); ++i) {
        values.push_back(static_cast<int8_t>(bytes[i] - s8_view_zero(wei.dtype, zeros[i / sharing])));
    }
    return values;
}

/// How many groups the weights' quantisation makes of an output's inputs; 0 with a finding for another form.
int64_t groups_of(LegaliseContext &context, const Tensor &wei) {
    constexpr int step = 8;
    if (!wei.quantization) {
        context.report(wei, "quantization", "none", "scales of groups along axis 1, or of channels along axis 0");
        return 0;
    }
    const Quantization &q = *wei.quantization;
    const bool by_group = q.granularity == Granularity::per_group;
    if (q.granularity != Granularity::per_tensor && q.axis != (by_group ? 1 : 0)) {
        context.report(wei, "quantization.axis", std::to_string(q.axis), by_group ? "1" : "0");
        return 0;
    }
    if (by_group && q.group_size % step != 0 && q.group_size != wei.shape[1]) {
        context.report(wei, "quantization.group_size", std::to_string(q.group_size),
                       fmt::format("a multiple of {}", step));
        return 0;
    }
    const auto zero = std::find_if(q.zero_point.begin(), q.zero_point.end(), [](int32_t z) { return z != 0; });
    if (wei.dtype == DType::s8 && zero != q.zero_point.end()) {
        context.report(wei, fmt::format("zero_point[{}]", zero - q.zero_point.begin()), std::to_string(*zero), "0");
        return 0;
    }
    return by_group ? wei.shape[1] / q.group_size : 1;
}

Constant bytes_constant(std::vector<int64_t> shape, const std::vector<int8_t> &values) {
    return make_constant(DType::s8, std::move(shape), values);
}

/// Array [panel][group][16] of `values` [n][groups].
template <typename T>
void pack_by_group(const T *values, int64_t n, int64_t groups, T *packed) {
    constexpr int64_t panel = GroupLowering::panel;
    for (int64_t o = 0; o < n; ++o) {
        for (int64_t g = 0; g < groups; ++g) {
            packed[(o / panel * groups + g) * panel + o % panel] = values[o * groups + g];
        }
    }
}

/// The weights that the lowering packs: moved by their groups' zero points, or multiplied.
std::vector<int8_t> packed_values(const Layer &layer, const std::string &lowering, const std::vector<int8_t> &zeros) {
    const Groups groups(layer);
    const auto *wei = layer.constants.at("wei").as<int8_t>();
    std::vector<int8_t> values(wei, wei + groups.n * groups.k);
    const bool multiplies = layer.at("multiplied") != 0 && !sums_multiplied(layer, lowering);
    const int8_t *multiplier = multiplies ? layer.constants.at("group_multiplier").as<int8_t>() : nullptr;
    for (int64_t i = 0; i < groups.n * groups.k; ++i) {
        const auto group = static_cast<size_t>(groups.of(i));
        const int32_t moved = values[static_cast<size_t>(i)] + (zeros.empty() ? 0 : zeros[group]);
        values[static_cast<size_t>(i)] = static_cast<int8_t>(moved * (multiplies ? multiplier[group] : 1));
    }
    return values;
}

/// -src_zero times the sum of each group's weights.
std::vector<int32_t> zero_sums_of(const Layer &layer, const std::string &lowering) {
    const int64_t length = layer.at("k") / kernel_groups(layer, lowering);
    const std::vector<int8_t> values = packed_values(layer, lowering, {});
    std::vector<int32_t> sums;
    for (size_t first = 0; first < values.size(); first += static_cast<size_t>(length)) {
        int32_t sum = 0;
        for (int64_t i = 0; i < length; ++i) {
            sum += values[first + static_cast<size_t>(i)];
        }
        sums.push_back(-static_cast<int32_t>(layer.at("src_zero")) * sum);
    }
    return sums;
}

} // namespace

void set_group_weights(LegaliseContext &context, const Tensor &wei, Layer &layer) {
    layer.attributes["groups"] = 1;
    const int64_t groups = groups_of(context, wei);
    if (groups == 0) {
        return;
    }
    layer.attributes["groups"] = groups;
    layer.attributes["multiplied"] = 0;
    layer.attributes["wei_bits"] = bits_of(wei.dtype);
    const int64_t n = wei.shape[0], scales = n * groups;
    layer.constants["wei"] = bytes_constant(wei.shape, differences(wei));
    std::vector<float> scale = wei.quantization->scale;
    const std::vector<int32_t> &multiplier = wei.quantization->group_multiplier;
    if (!multiplier.empty()) {
        layer.attributes["multiplied"] = 1;
        layer.constants["group_multiplier"] =
            bytes_constant({n, groups}, std::vector<int8_t>(multiplier.begin(), multiplier.end()));
    } else if (scale.size() == 1) {
        scale.assign(static_cast<size_t>(scales), scale[0]);
    }
    layer.constants["scale"] = make_constant(DType::f32, {n, static_cast<int64_t>(scale.size()) / n}, scale);
    layer.attributes["wei_zeros"] = 0;
    if (bits_of(wei.dtype) == 4) {
        const std::vector<int8_t> zeros = nibble_zeros_of(layer);
        layer.attributes["wei_zeros"] = std::count(zeros.begin(), zeros.end(), 0) != scales;
    }
}

Tensor multiplied_weights(const Tensor &wei) {
    Tensor widened = wei;
    Quantization &q = *widened.quantization;
    std::vector<int8_t> values = differences(wei);
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<int8_t>(values[i] * q.group_multiplier[i / static_cast<size_t>(q.group_size)]);
    }
    widened.dtype = DType::s8;
    widened.data.assign(values.begin(), values.end());
    q.granularity = Granularity::per_channel;
    q.axis = 0;
    q.zero_point.assign(q.scale.size(), 0);
    q.group_multiplier.clear();
    return widened;
}

bool sums_multiplied(const Layer &layer, const std::string &lowering) {
    return layer.at("multiplied") != 0 && weight_bits(lowering) == 4;
}

int64_t kernel_groups(const Layer &layer, const std::string &lowering) {
    return layer.at("multiplied") != 0 && !sums_multiplied(layer, lowering) ? 1 : layer.at("groups");
}

bool packs_zeros(const Layer &layer, const std::string &lowering) {
    return layer.at("wei_zeros") != 0 && weight_bits(lowering) == 4;
}

PackedLayout group_packed_layout(const Layer &layer, const std::string &lowering) {
    const GroupLowering form = group_lowering(lowering);
    const int64_t n = layer.at("n"), k = layer.at("k");
    const int64_t channels = nibble_ceil_div(n, form.panel) * form.panel;
    const int64_t values = channels * kernel_groups(layer, lowering);
    PackedLayout layout;
    const auto bytes = form.packs_nibbles ? nibble_panels4_bytes : nibble_panels_bytes;
    layout.add("wei", form.packs_nibbles ? DType::u8 : DType::s8, bytes(n, 1, 1, k, form.panel, form.products));
    layout.add("scale", DType::f32, (layer.at("multiplied") != 0 ? channels : values) * int64_t{sizeof(float)});
    layout.add("bia", DType::f32, channels * int64_t{sizeof(float)});
    if (sums_multiplied(layer, lowering)) {
        layout.add("mult", DType::s8, values);
    }
    if (layer.at("src_zero") != 0) {
        layout.add("zero_sums", DType::s32, values * int64_t{sizeof(int32_t)});
    }
    if (packs_zeros(layer, lowering)) {
        layout.add("zer", DType::s8, values);
    }
    return layout;
}

void pack_groups(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    const PackedLayout layout = group_packed_layout(layer, lowering);
    const GroupLowering form = group_lowering(lowering);
    const int64_t n = layer.at("n"), k = layer.at("k"), groups = kernel_groups(layer, lowering);
    const bool zeros_packed = packs_zeros(layer, lowering);
    const std::vector<int8_t> zeros = zeros_packed ? nibble_zeros_of(layer) : std::vector<int8_t>{};
    const std::vector<int8_t> values = packed_values(layer, lowering, zeros);
    const auto flip = static_cast<uint8_t>(form.wei_offset());
    if (form.packs_nibbles) {
        nibble_pack_panels4(values.data(), n, 1, 1, k, form.panel, form.products, flip, 0,
                            packed_array<uint8_t>(layout, "wei", packed));
    } else {
        nibble_pack_panels(values.data(), n, 1, 1, k, form.panel, form.products, flip,
                           packed_array<int8_t>(layout, "wei", packed));
    }
    pack_by_group(layer.constants.at("scale").as<float>(), n, layer.at("multiplied") != 0 ? 1 : groups,
                  packed_array<float>(layout, "scale", packed));
    std::copy_n(layer.constants.at("bia").as<float>(), n, packed_array<float>(layout, "bia", packed));
    if (auto *mult = packed_array<int8_t>(layout, "mult", packed)) {
        pack_by_group(layer.constants.at("group_multiplier").as<int8_t>(), n, groups, mult);
    }
    if (auto *sums = packed_array<int32_t>(layout, "zero_sums", packed)) {
        pack_by_group(zero_sums_of(layer, lowering).data(), n, groups, sums);
    }
    if (zeros_packed) {
        pack_by_group(zeros.data(), n, groups, packed_array<int8_t>(layout, "zer", packed));
    }
}

} // namespace nibble::operators
