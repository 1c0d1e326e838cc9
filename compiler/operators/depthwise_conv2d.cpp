// depthwise_conv2d: s8 or u8 activations, s8 channel-wise weights, s32 bias, requantised.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/depthwise_conv2d.h"

#include <algorithm>
#include <cstdlib>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/dot_weights.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/s16_legalisers.h"
#include "compiler/operators/support/sampling.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/weight_zero.h"
#include "compiler/operators/support/window.h"
#include "compiler/operators/support/window_samples.h"
#include "generators/dot_lowering.h"
#include "runtime/pack.h"

namespace nibble::operators {
namespace {

int64_t reduction(const Layer &layer) { return layer.at("kh") * layer.at("kw"); }

std::vector<int64_t> wei_shape(const Layer &layer) { return {1, layer.at("kh"), layer.at("kw"), layer.at("co")}; }

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    if (reads_s16(model, op)) {
        return legalise_depthwise_conv2d_s16(model, op, findings);
    }
    LegaliseContext context(model, op, findings);
    context.expect_channel_rounding();
    const Tensor *src = context.activation8(0, 4);
    const Tensor *wei = context.constant8(1, 4);
    const Tensor *dst = context.result8(0, 4);
    if (!context.ok()) {
        return {};
    }
    const int64_t ci = src->shape[3];
    const auto multiplier = context.attribute("channel_multiplier").get<int64_t>();
    const int64_t co = ci * multiplier;
    context.expect_shape(*wei, {1, wei->shape[1], wei->shape[2], co});
    context.expect_shape(*dst, {src->shape[0], dst->shape[1], dst->shape[2], co});
    if (!context.ok()) {
        return {};
    }
    Layer layer = context.layer({src}, {dst});
    layer.attributes = {
        {"u8", context.u8()}, {"n", src->shape[0]}, {"ci", ci}, {"co", co}, {"channel_multiplier", multiplier}};
    legalise_windows(context, *src, *dst, wei->shape[1], wei->shape[2], true, layer.attributes);
    set_weights(context, *wei, layer);
    set_bias(context, 2, co, layer);
    legalise_channel_quantisation(context, *src, *wei, 3, *dst, layer);
    if (context.ok()) {
        check_requantise(context, layer, reduction(layer));
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::DepthwiseConv2d p;
    p.n = layer.at("n");
    p.h = layer.at("h");
    p.w = layer.at("w");
    p.ci = layer.at("ci");
    p.oh = layer.at("oh");
    p.ow = layer.at("ow");
    p.co = layer.at("co");
    p.channel_multiplier = layer.at("channel_multiplier");
    p.kh = layer.at("kh");
    p.kw = layer.at("kw");
    p.stride_h = layer.at("stride_h");
    p.stride_w = layer.at("stride_w");
    p.dilation_h = layer.at("dilation_h");
    p.dilation_w = layer.at("dilation_w");
    p.pad_top = layer.at("pad_top");
    p.pad_left = layer.at("pad_left");
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    p.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    p.wei_zero = static_cast<int32_t>(layer.at("wei_zero"));
    p.clamp_min = static_cast<int32_t>(layer.at("clamp_min"));
    p.clamp_max = static_cast<int32_t>(layer.at("clamp_max"));
    reference::depthwise_conv2d(p, static_cast<const int8_t *>(src[0]), layer.constants.at("wei").as<int8_t>(),
                                layer.constants.at("bia").as<int32_t>(), requantisation_of(layer),
                                static_cast<int8_t *>(dst[0]));
}

int64_t macs(const Layer &layer) {
    return layer.at("n") * layer.at("oh") * layer.at("ow") * layer.at("co") * reduction(layer);
}

bool weights_are_words(const std::string &lowering) {
    return windows4_lowering(lowering) || lowering == columns4_lowering;
}

/// Into how many s8 terms the negative of the weights' zero point goes: none where s16 weights hold it themselves.
int64_t zero_terms(const Layer &layer, const std::string &lowering) {
    const int64_t zero = layer.at("wei_zero");
    return !weights_are_words(lowering) || zero == 0 ? 0 : zero == -128 ? 2 : 1;
}

/// Words of a channel's taps that have different places in a word: those of a row, or of a column.
int64_t different_words(const Layer &layer, const std::string &lowering) {
    return lowering == columns4_lowering ? nibble_column_words(layer.at("kh"))
                                         : nibble_ceil_div(layer.at("kw"), NIBBLE_WINDOW_TAPS);
}

int64_t all_words(const Layer &layer, const std::string &lowering) {
    return different_words(layer, lowering) * layer.at(lowering == columns4_lowering ? "kw" : "kh");
}

/// "wei": words of 4 neighbouring taps for the windows [kh * ceil(kw / 4)][padded co] and for the columns
/// [nibble_column_words(kh)][kw][padded co], s16 taps [kh * kw][padded co] for the others. Then "bia" with the source's
/// zero point folded in, the requantisation's arrays, and "zer" s32 [zero_terms * different_words]: words with a term
/// of the zero point in the bytes of taps, 0 in the others.
PackedLayout packed_layout(const Layer &layer, const std::string &lowering) {
    const int64_t co = padded_channels(layer.at("co"));
    PackedLayout layout;
    if (weights_are_words(lowering)) {
        layout.add("wei", DType::s32, all_words(layer, lowering) * co * static_cast<int64_t>(sizeof(int32_t)));
    } else {
        layout.add("wei", DType::s16, reduction(layer) * co * static_cast<int64_t>(sizeof(int16_t)));
    }
    layout.add("bia", DType::s32, co * static_cast<int64_t>(sizeof(int32_t)));
    add_requantise_arrays(layer, reduction(layer), layer.at("co"), layout);
    if (const int64_t terms = zero_terms(layer, lowering); terms > 0) {
        layout.add("zer", DType::s32, terms * different_words(layer, lowering) * static_cast<int64_t>(sizeof(int32_t)));
    }
    return layout;
}

void pack_zero(const Layer &layer, const std::string &lowering, int32_t *zer) {
    const std::vector<int64_t> largest_first = {std::min<int64_t>(127, -layer.at("wei_zero")), 1};
    for (int64_t term = 0; term < zero_terms(layer, lowering); ++term) {
        const std::vector<int8_t> taps(reduction(layer), static_cast<int8_t>(largest_first[term]));
        int32_t *words = zer + term * different_words(layer, lowering);
        if (lowering == columns4_lowering) {
            nibble_pack_columns4(taps.data(), layer.at("kh"), 1, 1, 1, words);
        } else {
            nibble_pack_windows4(taps.data(), 1, layer.at("kw"), 1, 1, words);
        }
    }
}

void pack_words(const Layer &layer, const std::string &lowering, int32_t *packed) {
    const auto *wei = layer.constants.at("wei").as<int8_t>();
    const int64_t co = layer.at("co");
    const auto pack = lowering == columns4_lowering ? nibble_pack_columns4 : nibble_pack_windows4;
    pack(wei, layer.at("kh"), layer.at("kw"), co, padded_channels(co), packed);
}

void subtract_zero(const Layer &layer, int16_t *taps) {
    const int64_t co = padded_channels(layer.at("co"));
    for (int64_t tap = 0; tap < reduction(layer); ++tap) {
        for (int64_t c = 0; c < layer.at("co"); ++c) {
            taps[tap * co + c] = static_cast<int16_t>(taps[tap * co + c] - layer.at("wei_zero"));
        }
    }
}

void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    const PackedLayout layout = packed_layout(layer, lowering);
    const auto *wei = layer.constants.at("wei").as<int8_t>();
    const int64_t co = layer.at("co");
    const int64_t taps = reduction(layer);
    if (weights_are_words(lowering)) {
        pack_words(layer, lowering, packed_array<int32_t>(layout, "wei", packed));
    } else {
        nibble_pack_i16_taps(wei, taps, co, padded_channels(co), packed_array<int16_t>(layout, "wei", packed));
        subtract_zero(layer, packed_array<int16_t>(layout, "wei", packed));
    }
    pack_zero(layer, lowering, packed_array<int32_t>(layout, "zer", packed));
    auto *bia = packed_array<int32_t>(layout, "bia", packed);
    const int32_t zero = folded_zero(layer, lowering);
    nibble_fold_bias(wei, layer.constants.at("bia").as<int32_t>(), co, taps, 1, co, zero, bia);
    fold_weight_zero(layer, taps, zero, co, bia);
    pack_requantise(layer, taps, layout, packed);
}

/// Whether every weight less its zero point is known to be in [-127, 127].
bool taps_are_bytes(const Layer &layer) {
    const auto found = layer.constants.find("wei");
    if (found == layer.constants.end() || found->second.data.empty()) {
        return false;
    }
    const std::vector<uint8_t> &wei = found->second.data;
    return std::all_of(wei.begin(), wei.end(), [zero = layer.at("wei_zero")](uint8_t byte) {
        return std::abs(static_cast<int8_t>(byte) - zero) <= 127;
    });
}

Attributes kernel_parameters(const Layer &layer, const std::string &lowering) {
    Attributes kernel = layer.attributes;
    kernel.erase("dst_zero");
    kernel.erase("wei_zero");
    kernel["wei_zeros"] = zero_terms(layer, lowering);
    if (lowering == "taps2_s8") {
        kernel[s16_sums_name] = taps_are_bytes(layer);
    }
    set_requantise_parameters(layer, reduction(layer), kernel);
    return kernel;
}

std::vector<Layer> sample_layers() {
    static const WindowSample samples[] = {
        {"square", {1, 14, 14, 32}, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"valid", {1, 9, 11, 16}, 1, {3, 3}},
        {"five", {1, 10, 9, 48}, 1, {5, 5}, {1, 1}, {1, 1}, {2, 2, 2, 2}},
        {"seven", {1, 9, 12, 20}, 1, {7, 7}, {1, 1}, {1, 1}, {3, 3, 3, 3}},
        {"below_power_of_two", {1, 7, 15, 31}, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"above_power_of_two", {1, 17, 9, 65}, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"one_channel", {1, 12, 12, 1}, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"three_channels", {1, 11, 10, 3}, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"deep", {1, 4, 4, 257}, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"whole_vectors", {1, 6, 7, 128}, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"whole_vectors_five", {2, 7, 5, 256}, 1, {5, 5}, {1, 1}, {1, 1}, {2, 2, 2, 2}},
        {"whole_vectors_stride2", {1, 9, 8, 128}, 1, {3, 3}, {2, 2}, {1, 1}, {0, 0, 1, 1}},
        {"one_output", {1, 8, 8, 24}, 1, {8, 8}},
        {"pointwise", {1, 6, 7, 18}, 1},
        {"narrow", {1, 30, 1, 16}, 1, {5, 1}, {1, 1}, {1, 1}, {2, 0, 2, 0}},
        {"wide_row", {1, 1, 41, 12}, 1, {1, 9}, {1, 1}, {1, 1}, {0, 4, 0, 4}},
        {"four_taps", {1, 8, 13, 16}, 1, {4, 4}, {1, 1}, {1, 1}, {1, 2, 2, 1}},
        {"stride2", {1, 15, 14, 40}, 1, {3, 3}, {2, 2}, {1, 1}, {1, 0, 1, 1}},
        {"stride2_five", {1, 15, 13, 17}, 1, {5, 5}, {2, 2}, {1, 1}, {1, 2, 2, 2}},
        {"stride_mixed", {1, 13, 14, 21}, 1, {3, 2}, {1, 3}, {1, 1}, {1, 0, 1, 0}},
        {"dilation2", {1, 12, 13, 16}, 1, {3, 3}, {1, 1}, {2, 2}, {2, 2, 2, 2}},
        {"dilation_mixed", {1, 12, 15, 9}, 1, {3, 3}, {2, 1}, {1, 3}, {1, 3, 1, 3}},
        {"asymmetrical", {1, 9, 9, 33}, 1, {3, 3}, {1, 1}, {1, 1}, {2, 0, 1, 3}},
        {"padding_beyond_window", {1, 4, 4, 16}, 1, {2, 2}, {1, 1}, {1, 1}, {3, 3, 3, 3}},
        {"batch2", {2, 7, 8, 16}, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"multiplier2", {1, 9, 8, 12}, 2, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"multiplier3", {1, 8, 7, 7}, 3, {3, 3}, {2, 2}, {1, 1}, {1, 1, 1, 1}},
        {"multiplier8", {1, 12, 10, 1}, 8, {10, 8}, {2, 2}, {1, 1}, {4, 3, 5, 3}},
        {"weight_zero", {1, 9, 10, 24}, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 23},
        {"weight_zero_128", {1, 7, 9, 32}, 1, {5, 5}, {2, 2}, {1, 1}, {2, 2, 2, 2}, -128},
        {"weight_zero_multiplier", {1, 11, 10, 5}, 4, {3, 3}, {2, 2}, {1, 1}, {0, 0, 1, 1}, 127},
        {"steep", {1, 6, 6, 21}, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"narrow_weights", {1, 8, 9, 40}, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"narrow_weights_even", {1, 11, 8, 16}, 1, {4, 5}, {2, 2}, {1, 1}, {1, 2, 2, 2}},
        {"narrow_weights_dilation", {2, 9, 11, 17}, 1, {5, 3}, {1, 2}, {1, 2}, {2, 2, 2, 2}},
    };
    std::vector<Layer> layers;
    for (const WindowSample &sample : samples) {
        const int64_t co = sample.src[3] * sample.channels;
        Layer layer;
        layer.name = sample.family;
        layer.op = "depthwise_conv2d";
        layer.rounding = Rounding::double_;
        layer.attributes = window_attributes(sample);
        layer.attributes["ci"] = sample.src[3];
        layer.attributes["co"] = co;
        layer.attributes["channel_multiplier"] = sample.channels;
        set_sample_quantisation(layers.size(), layer.attributes);
        layer.attributes["wei_zero"] = sample.wei_zero;
        layer.src = {sample_tensor("src", {sample.src.begin(), sample.src.end()})};
        layer.dst = {sample_tensor("dst", {sample.src[0], layer.at("oh"), layer.at("ow"), co})};
        if (layer.name == "steep") {
            add_steep_constants(layer, wei_shape(layer), co);
        }
        if (layer.name.rfind("narrow_weights", 0) == 0) {
            add_narrow_weights(layer, wei_shape(layer));
        }
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"square", "valid", "whole_vectors", "stride2_five", "dilation_mixed", "multiplier3", "weight_zero"},
                   layers);
    add_rounded_samples({"square", "whole_vectors", "weight_zero", "steep"}, layers);
    return layers;
}

void randomise(Layer &layer, std::mt19937 &generator) {
    randomise_channel_constants(layer, wei_shape(layer), layer.at("co"), reduction(layer), generator);
}

} // namespace

OperatorRow depthwise_conv2d_row() {
    return {"depthwise_conv2d",
            {"windows4_u8s8", "windows4_s8s8", "columns4_s8s8", "pairs_i16", "selected_i16", "taps2_s8", "taps_i16"},
            legalise,
            run_reference,
            macs,
            packed_layout,
            pack,
            kernel_parameters,
            sample_layers,
            randomise,
            reduction};
}

} // namespace nibble::operators
