// conv2d_s16: what conv2d, depthwise_conv2d, fully_connected, transpose_conv2d and products by constant matrices become
// where activations are s16: s8 channel-wise weights, sums of 32 or 64 bits.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/conv2d_s16.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/s16_legalisers.h"
#include "compiler/operators/support/s16_samples.h"
#include "compiler/operators/support/sampling.h"
#include "compiler/operators/support/window.h"
#include "compiler/operators/support/window_samples.h"
#include "runtime/reference/requantize_math.h"

namespace nibble::operators {
namespace {

int64_t group_ci(const Layer &layer) { return layer.at("ci") / layer.at("groups"); }

int64_t reduction(const Layer &layer) { return layer.at("kh") * layer.at("kw") * group_ci(layer); }

bool is_wide(const Layer &layer) { return layer.at("acc_bits") == 64; }

reference::Conv2dS16 parameters(const Layer &layer) {
    reference::Conv2dS16 p;
    set_dilated_convolution(layer, p);
    p.groups = layer.at("groups");
    p.up_h = layer.at("up_h");
    p.up_w = layer.at("up_w");
    p.clamp_min = static_cast<int32_t>(layer.at("clamp_min"));
    p.clamp_max = static_cast<int32_t>(layer.at("clamp_max"));
    return p;
}

template <typename Bia>
void run(const Layer &layer, const void *src, void *dst) {
    const std::map<std::string, Constant> &constants = layer.constants;
    reference::conv2d_s16(parameters(layer), static_cast<const int16_t *>(src), constants.at("wei").as<int8_t>(),
                          constants.at("bia").as<Bia>(), constants.at("multiplier").as<int32_t>(),
                          constants.at("shift").as<int32_t>(), static_cast<int16_t *>(dst));
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    (is_wide(layer) ? run<int64_t> : run<int32_t>)(layer, src[0], dst[0]);
}

/// Of the taps that meet a source pixel.
int64_t macs(const Layer &layer) {
    return layer.at("n") * layer.at("oh") * layer.at("ow") * layer.at("co") * reduction(layer) /
           (layer.at("up_h") * layer.at("up_w"));
}

PackedLayout packed_layout(const Layer &layer, const std::string &) {
    const int64_t co = layer.at("co"), words = co * static_cast<int64_t>(sizeof(int32_t));
    PackedLayout layout;
    layout.add("wei", DType::s8, reduction(layer) * co);
    layout.add("bia", is_wide(layer) ? DType::s64 : DType::s32, co * layer.at("acc_bits") / 8);
    layout.add("mul", DType::s32, words);
    layout.add("shr", DType::s32, words);
    if (!is_wide(layer)) {
        layout.add("shl", DType::s32, words);
    }
    return layout;
}

/// Weights with the channels innermost, and the factors as the kernel shifts by them.
void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    const PackedLayout layout = packed_layout(layer, lowering);
    const int64_t co = layer.at("co"), products = reduction(layer);
    const auto *wei = layer.constants.at("wei").as<int8_t>();
    auto *channels_last = packed_array<int8_t>(layout, "wei", packed);
    for (int64_t i = 0; i < products * co; ++i) {
        channels_last[i] = wei[i % co * products + i / co];
    }
    const std::vector<uint8_t> &bia = layer.constants.at("bia").data;
    std::copy(bia.begin(), bia.end(), packed_array<uint8_t>(layout, "bia", packed));
    const auto *multiplier = layer.constants.at("multiplier").as<int32_t>();
    const auto *shift = layer.constants.at("shift").as<int32_t>();
    auto *mul = packed_array<int32_t>(layout, "mul", packed), *shr = packed_array<int32_t>(layout, "shr", packed),
         *shl = packed_array<int32_t>(layout, "shl", packed);
    for (int64_t c = 0; c < co; ++c) {
        mul[c] = is_wide(layer) ? reference::reduced16_multiplier(multiplier[c]) : multiplier[c];
        shr[c] = is_wide(layer) ? 15 - shift[c] : std::max(-shift[c], 0);
        if (shl != nullptr) {
            shl[c] = std::max(shift[c], 0);
        }
    }
}

struct Sample {
    WindowSample windows;
    int64_t acc_bits = 64;
    std::array<int64_t, 2> up = {1, 1};
    std::array<int64_t, 2> dst = {0, 0}; ///< height and width, where the source is spread out
};

const std::vector<Sample> &samples() {
    static const std::vector<Sample> all = {
        {{"square", {1, 9, 8, 16}, 16, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}}},
        {{"rows", {1, 1, 7, 40}, 48}},
        {{"ragged", {2, 5, 6, 7}, 21, {3, 2}, {1, 2}, {1, 1}, {1, 0, 1, 1}}},
        {{"one_of_each", {1, 1, 1, 1}, 1}},
        {{"dilated", {1, 11, 9, 6}, 8, {3, 3}, {2, 1}, {2, 3}, {2, 3, 2, 3}}},
        {{"deep", {1, 2, 3, 700}, 5}},
        {{"groups", {1, 5, 6, 12}, 24, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 0, 3}},
        {{"depthwise", {1, 8, 7, 33}, 33, {3, 3}, {2, 2}, {1, 1}, {1, 0, 1, 0}, 0, 33}},
        {{"depthwise_multiplier", {2, 6, 5, 4}, 12, {4, 3}, {1, 1}, {1, 2}, {1, 2, 1, 2}, 0, 4}},
        {{"s32_square", {1, 9, 8, 16}, 17, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}}, 32},
        {{"s32_rows", {1, 1, 5, 65}, 10}, 32},
        {{"s32_depthwise", {1, 8, 7, 16}, 16, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 0, 16}, 32},
        {{"spread_out", {1, 5, 4, 8}, 16, {3, 3}, {1, 1}, {1, 1}, {1, 1, 0, 0}}, 64, {2, 2}, {9, 8}},
        {{"spread_ragged", {2, 3, 6, 5}, 9, {4, 2}, {1, 1}, {1, 1}, {3, 1, 0, 0}}, 64, {3, 1}, {10, 7}},
    };
    return all;
}

Layer sample_layer(const Sample &sample, size_t index) {
    const WindowSample &windows = sample.windows;
    Layer layer;
    layer.name = windows.family;
    layer.op = "conv2d_s16";
    layer.rounding = sample.acc_bits == 64 ? Rounding::reduced16 : Rounding::double_;
    layer.attributes = window_attributes(windows);
    set_sample_quantisation(index, layer.attributes);
    layer.attributes["ci"] = windows.src[3];
    layer.attributes["co"] = windows.channels;
    layer.attributes["groups"] = windows.groups;
    layer.attributes["acc_bits"] = sample.acc_bits;
    layer.attributes["up_h"] = sample.up[0];
    layer.attributes["up_w"] = sample.up[1];
    if (sample.dst[0] != 0) {
        layer.attributes["oh"] = sample.dst[0];
        layer.attributes["ow"] = sample.dst[1];
    }
    layer.src = {sample_tensor("src", {windows.src.begin(), windows.src.end()})};
    layer.dst = {sample_tensor("dst", {windows.src[0], layer.at("oh"), layer.at("ow"), windows.channels})};
    make_s16(layer);
    for (const char *unused : {"bits", "dst_zero", "src_zero", "u8"}) {
        layer.attributes.erase(unused);
    }
    return layer;
}

std::vector<Layer> sample_layers() {
    std::vector<Layer> layers;
    for (const Sample &sample : samples()) {
        layers.push_back(sample_layer(sample, layers.size()));
    }
    return layers;
}

/// Products of uniform s16 and s8 values deviate by about 2^20.4, their sum by the square root of their number more;
/// the outputs spread by about 2^12.
void randomise(Layer &layer, std::mt19937 &generator) {
    const int64_t co = layer.at("co");
    const double spread = std::ldexp(std::sqrt(static_cast<double>(reduction(layer))), 20);
    const auto right = static_cast<int32_t>(std::lround(std::log2(spread) - 12));
    const auto most_bias = static_cast<int64_t>(std::min(spread, 0x1p30));
    add_random_constant(layer, "wei", DType::s8, {co, layer.at("kh"), layer.at("kw"), group_ci(layer)}, generator);
    std::vector<int32_t> multiplier, shift;
    std::vector<int64_t> bia;
    for (int64_t c = 0; c < co; ++c) {
        multiplier.push_back(static_cast<int32_t>(draw(generator, int64_t{1} << 30, (int64_t{1} << 31) - 1)));
        shift.push_back(static_cast<int32_t>(draw(generator, -1, 1)) - right);
        bia.push_back(draw(generator, -most_bias, most_bias));
    }
    layer.constants["multiplier"] = make_constant(DType::s32, {co}, multiplier);
    layer.constants["shift"] = make_constant(DType::s32, {co}, shift);
    layer.constants["bia"] = is_wide(layer)
                                 ? make_constant(DType::s64, {co}, bia)
                                 : make_constant(DType::s32, {co}, std::vector<int32_t>(bia.begin(), bia.end()));
}

} // namespace

OperatorRow conv2d_s16_row() {
    OperatorRow row;
    row.name = "conv2d_s16";
    row.lowerings = {"direct"};
    row.legalise = refuse_s16_type;
    row.reference = run_reference;
    row.macs = macs;
    row.packed_layout = packed_layout;
    row.pack = pack;
    row.kernel_parameters = [](const Layer &layer, const std::string &) { return layer.attributes; };
    row.sample_layers = sample_layers;
    row.randomise = randomise;
    return row;
}

} // namespace nibble::operators
