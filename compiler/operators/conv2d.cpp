// conv2d: s8 or u8 activations, s8 channel-wise weights, s32 bias, requantised; in groups of channels or all of them.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/conv2d.h"

#include <algorithm>

#include <fmt/format.h>

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

namespace nibble::operators {
namespace {

/// Source channels of a group.
int64_t group_ci(const Layer &layer) { return layer.at("ci") / layer.at("groups"); }

int64_t reduction(const Layer &layer) { return layer.at("kh") * layer.at("kw") * group_ci(layer); }

std::vector<int64_t> wei_shape(const Layer &layer) {
    return {layer.at("co"), layer.at("kh"), layer.at("kw"), group_ci(layer)};
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    if (reads_s16(model, op)) {
        return legalise_conv2d_s16(model, op, findings);
    }
    LegaliseContext context(model, op, findings);
    context.expect_channel_rounding();
    const Tensor *src = context.activation8(0, 4);
    const Tensor *wei = context.weights(1, 4);
    const Tensor *dst = context.result8(0, 4);
    if (!context.ok()) {
        return {};
    }
    const int64_t ci = src->shape[3];
    const int64_t co = wei->shape[0];
    const auto groups = context.attribute("groups").get<int64_t>();
    if (ci % groups != 0 || co % groups != 0) {
        context.report("groups", fmt::format("{} for {} source and {} destination channels", groups, ci, co),
                       "a divisor of both");
        return {};
    }
    context.expect_shape(*wei, {co, wei->shape[1], wei->shape[2], ci / groups});
    Layer layer = context.layer({src}, {dst});
    layer.attributes = {{"u8", context.u8()}, {"n", src->shape[0]}, {"ci", ci}, {"co", co}, {"groups", groups}};
    legalise_windows(context, *src, *dst, wei->shape[1], wei->shape[2], true, layer.attributes);
    context.expect_shape(*dst, {src->shape[0], dst->shape[1], dst->shape[2], co});
    set_weights(context, *wei, 0, layer);
    set_bias(context, 2, co, layer);
    legalise_channel_quantisation(context, *src, *wei, 0, *dst, layer);
    if (context.ok()) {
        check_requantise(context, layer, reduction(layer));
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Conv2d p;
    set_dilated_convolution(layer, p);
    p.groups = layer.at("groups");
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    p.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    p.wei_zero = static_cast<int32_t>(layer.at("wei_zero"));
    p.clamp_min = static_cast<int32_t>(layer.at("clamp_min"));
    p.clamp_max = static_cast<int32_t>(layer.at("clamp_max"));
    reference::conv2d(p, static_cast<const int8_t *>(src[0]), layer.constants.at("wei").as<int8_t>(),
                      layer.constants.at("bia").as<int32_t>(), requantisation_of(layer), static_cast<int8_t *>(dst[0]));
}

int64_t macs(const Layer &layer) {
    return layer.at("n") * layer.at("oh") * layer.at("ow") * layer.at("co") * reduction(layer);
}

/// Groups that are packed as one, so that panels are whole: as many as fill them, or all. Each output then has weights
/// at their zero point for the others' channels, which costs nothing in a panel whose lanes would idle.
int64_t merged_groups(const Layer &layer) {
    const int64_t groups = layer.at("groups"), group_co = layer.at("co") / groups;
    int64_t merged = 1;
    while (merged < groups && (groups % merged != 0 || merged * group_co % channel_panel != 0)) {
        ++merged;
    }
    return merged;
}

int64_t kernel_groups(const Layer &layer) { return layer.at("groups") / merged_groups(layer); }

/// Without gaps between taps a row of them is one run of bytes in the source; else each tap is a run of its own. So it
/// is where the channels of other groups lie between taps.
DotWeights dot_weights(const Layer &layer) {
    const int64_t groups = kernel_groups(layer);
    const bool one_run = layer.at("dilation_w") == 1 && groups == 1;
    const int64_t kw = layer.at("kw");
    const int64_t ci = layer.at("ci") / groups;
    DotWeights w = {layer.at("co"), layer.at("kh"), one_run ? 1 : kw, one_run ? kw * ci : ci, groups};
    w.products = reduction(layer);
    return w;
}

/// The layer with the weights [co][kh][kw][merged * ci / groups] of merged groups.
Layer with_merged_groups(Layer layer) {
    const int64_t merged = merged_groups(layer), ci = group_ci(layer), group_co = layer.at("co") / layer.at("groups");
    if (merged == 1) {
        return layer;
    }
    const Constant wei = layer.constants.at("wei");
    const int64_t taps = layer.at("kh") * layer.at("kw");
    std::vector<uint8_t> wide(wei.data.size() * static_cast<size_t>(merged),
                              static_cast<uint8_t>(layer.at("wei_zero")));
    for (int64_t o = 0; o < layer.at("co"); ++o) {
        const int64_t place = o / group_co % merged;
        for (int64_t tap = 0; tap < taps; ++tap) {
            const auto run = wei.data.begin() + (o * taps + tap) * ci;
            std::copy(run, run + ci, wide.begin() + ((o * taps + tap) * merged + place) * ci);
        }
    }
    layer.constants["wei"] = {DType::s8, {layer.at("co"), layer.at("kh"), layer.at("kw"), merged * ci}, wide};
    return layer;
}

PackedLayout packed_layout(const Layer &layer, const std::string &lowering) {
    return dot_packed_layout(layer, dot_weights(layer), lowering);
}

void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    pack_dot(with_merged_groups(layer), dot_weights(layer), lowering, packed);
}

bool is_pointwise(const Layer &layer) {
    return layer.at("kh") == 1 && layer.at("kw") == 1 && layer.at("stride_h") == 1 && layer.at("stride_w") == 1 &&
           layer.at("pad_top") == 0 && layer.at("pad_left") == 0 && layer.at("oh") == layer.at("h") &&
           layer.at("ow") == layer.at("w");
}

Attributes kernel_parameters(const Layer &layer, const std::string &lowering) {
    Attributes kernel = layer.attributes;
    kernel.erase("dst_zero");
    kernel["groups"] = kernel_groups(layer);
    if (is_pointwise(layer)) {
        // Pixels don't see each other: one row of all of them, so that equal work shares a kernel.
        const int64_t pixels = layer.at("n") * layer.at("h") * layer.at("w");
        kernel["n"] = kernel["h"] = kernel["oh"] = 1;
        kernel["w"] = kernel["ow"] = pixels;
        kernel["dilation_h"] = kernel["dilation_w"] = 1;
    }
    set_dot_parameters(layer, lowering, kernel);
    set_s16_sums(layer, dot_weights(layer).length, lowering, kernel);
    set_requantise_parameters(layer, reduction(layer), kernel);
    return kernel;
}

std::vector<Layer> sample_layers() {
    static const WindowSample samples[] = {
        {"square", {1, 12, 12, 16}, 16, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"pointwise", {1, 7, 9, 32}, 48},
        {"pointwise_batch", {2, 5, 3, 17}, 33},
        {"pointwise_padded", {1, 5, 5, 8}, 16, {1, 1}, {1, 1}, {1, 1}, {1, 0, 0, 1}},
        {"pointwise_stride2", {1, 9, 8, 20}, 24, {1, 1}, {2, 2}},
        {"below_power_of_two", {1, 15, 7, 31}, 15, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"above_power_of_two", {1, 9, 17, 5}, 65, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"one_channel", {1, 20, 20, 1}, 9, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"image_stem", {1, 23, 25, 3}, 32, {7, 7}, {2, 2}, {1, 1}, {3, 3, 3, 3}},
        {"deep", {1, 3, 3, 257}, 34, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"one_output", {1, 4, 4, 64}, 130, {4, 4}},
        {"narrow", {1, 40, 1, 12}, 16, {5, 1}, {1, 1}, {1, 1}, {2, 0, 2, 0}},
        {"wide_row", {1, 1, 61, 8}, 20, {1, 9}, {1, 1}, {1, 1}, {0, 4, 0, 4}},
        {"wide_window", {1, 10, 13, 6}, 8, {2, 6}, {1, 1}, {1, 1}, {0, 2, 1, 3}},
        {"stride2", {1, 14, 15, 24}, 40, {3, 3}, {2, 2}, {1, 1}, {0, 0, 1, 1}},
        {"stride_mixed", {1, 11, 13, 10}, 18, {3, 2}, {1, 3}, {1, 1}, {1, 0, 1, 0}},
        {"stride_above_window", {1, 16, 16, 8}, 16, {2, 2}, {4, 3}},
        {"dilation2", {1, 13, 12, 12}, 20, {3, 3}, {1, 1}, {2, 2}, {2, 2, 2, 2}},
        {"dilation_mixed", {1, 14, 11, 7}, 16, {3, 3}, {2, 1}, {1, 3}, {1, 3, 1, 3}},
        {"asymmetrical", {1, 9, 9, 16}, 17, {3, 3}, {1, 1}, {1, 1}, {2, 0, 1, 3}},
        {"padding_beyond_window", {1, 4, 4, 8}, 16, {2, 2}, {1, 1}, {1, 1}, {3, 3, 3, 3}},
        {"batch2", {2, 8, 8, 16}, 24, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"ragged", {1, 6, 19, 13}, 27, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"weight_zero", {1, 9, 10, 24}, 40, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 23},
        {"weight_zero_pointwise", {1, 7, 9, 64}, 32, {1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}, -128},
        {"weight_zero_stem", {1, 17, 19, 3}, 16, {3, 3}, {2, 2}, {1, 1}, {0, 0, 1, 1}, 127},
        {"weight_zero_dilation", {2, 13, 12, 12}, 20, {3, 3}, {1, 2}, {2, 2}, {2, 2, 2, 2}, -31},
        {"steep", {1, 6, 6, 5}, 37, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"groups2", {1, 7, 9, 64}, 64, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 0, 2},
        {"groups_ragged", {1, 6, 7, 15}, 63, {3, 2}, {1, 2}, {1, 1}, {1, 0, 1, 1}, 0, 3},
        {"groups_pointwise", {2, 5, 5, 40}, 80, {1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}, 0, 5},
        {"groups_dilated", {1, 9, 10, 18}, 40, {3, 3}, {1, 1}, {2, 2}, {2, 2, 2, 2}, 0, 2},
        {"groups_narrow", {1, 8, 8, 12}, 32, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 0, 4},
        {"groups_of_one", {1, 8, 9, 24}, 24, {3, 3}, {2, 1}, {1, 1}, {0, 1, 1, 1}, 0, 24},
        {"groups_weight_zero", {1, 6, 7, 36}, 54, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 33, 3},
        {"groups_merged_weight_zero", {1, 5, 6, 12}, 12, {3, 2}, {2, 1}, {1, 1}, {1, 0, 0, 1}, -128, 6},
        {"groups_merged_to_one", {2, 5, 5, 2}, 6, {2, 2}, {1, 1}, {1, 1}, {0, 0, 0, 0}, 0, 2},
        {"narrow_weights", {1, 7, 9, 20}, 40, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"narrow_weights_pointwise", {1, 5, 7, 64}, 33},
        {"narrow_weights_groups", {1, 6, 5, 38}, 32, {3, 3}, {2, 2}, {1, 1}, {0, 0, 1, 1}, 21, 2},
        {"narrow_weights_stem", {1, 13, 15, 3}, 16, {5, 5}, {2, 2}, {1, 1}, {2, 2, 2, 2}},
    };
    std::vector<Layer> layers;
    for (const WindowSample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = "conv2d";
        layer.rounding = Rounding::double_;
        layer.attributes = window_attributes(sample);
        layer.attributes["ci"] = sample.src[3];
        layer.attributes["co"] = sample.channels;
        layer.attributes["groups"] = sample.groups;
        set_sample_quantisation(layers.size(), layer.attributes);
        layer.attributes["wei_zero"] = sample.wei_zero;
        layer.src = {sample_tensor("src", {sample.src.begin(), sample.src.end()})};
        layer.dst = {sample_tensor("dst", {sample.src[0], layer.at("oh"), layer.at("ow"), sample.channels})};
        if (layer.name == "steep") {
            add_steep_constants(layer, wei_shape(layer), sample.channels);
        }
        if (layer.name.rfind("narrow_weights", 0) == 0) {
            add_narrow_weights(layer, wei_shape(layer));
        }
        layers.push_back(std::move(layer));
    }
    add_u8_samples(
        {"square", "pointwise", "pointwise_batch", "stride2", "dilation_mixed", "groups_ragged", "weight_zero"},
        layers);
    add_rounded_samples({"pointwise", "weight_zero", "steep", "u8_square"}, layers);
    add_nibble_samples({"square", "pointwise", "ragged", "u8_stride2", "u8_dilation_mixed", "single_pointwise",
                        "float_pointwise", "groups2", "groups_ragged", "groups_narrow", "stride_above_window"},
                       wei_shape, false, layers);
    return layers;
}

void randomise(Layer &layer, std::mt19937 &generator) {
    randomise_channel_constants(layer, wei_shape(layer), layer.at("co"), reduction(layer), generator);
}

} // namespace

OperatorRow conv2d_row() {
    return {"conv2d",
            {"dot_u8s8", "dot_s16s16", "dot_s8s8", "dot_s8u8", "dot2_s8s8", "dp4a_s8s8", "dot_u8s4", "dot2_u8s4",
             "dot_s8s4", "dot_s8u4", "dp4a_s8s4"},
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
