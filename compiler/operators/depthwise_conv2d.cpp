// depthwise_conv2d: s8 or u8 activations, s8 channel-wise weights, s32 bias, requantised.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/depthwise_conv2d.h"

#include "compiler/operators/rows.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/depthwise_weights.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/s16_legalisers.h"
#include "compiler/operators/support/sampling.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/weight_zero.h"
#include "compiler/operators/support/window.h"
#include "compiler/operators/support/window_samples.h"

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
    const Tensor *wei = context.weights(1, 4);
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
    set_weights(context, *wei, 3, layer);
    set_bias(context, 2, co, layer);
    legalise_channel_quantisation(context, *src, *wei, 3, *dst, layer);
    if (context.ok()) {
        check_requantise(context, layer, reduction(layer));
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::DepthwiseConv2d p;
    set_dilated_convolution(layer, p);
    p.channel_multiplier = layer.at("channel_multiplier");
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

PackedLayout packed_layout(const Layer &layer, const std::string &lowering) {
    return depthwise_packed_layout(layer, lowering);
}

void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) { pack_depthwise(layer, lowering, packed); }

Attributes kernel_parameters(const Layer &layer, const std::string &lowering) {
    Attributes kernel = layer.attributes;
    kernel.erase("dst_zero");
    set_depthwise_parameters(layer, lowering, kernel);
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
        {"neighbours", {2, 5, 8, 72}, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"neighbours_five", {1, 7, 7, 96}, 1, {5, 5}, {1, 1}, {1, 1}, {2, 2, 2, 2}},
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
    add_nibble_samples({"square", "valid", "five", "seven", "above_power_of_two", "whole_vectors_five",
                        "u8_stride2_five", "u8_multiplier3", "single_square", "float_square", "one_channel",
                        "dilation_mixed"},
                       wei_shape, true, layers);
    return layers;
}

void randomise(Layer &layer, std::mt19937 &generator) {
    randomise_channel_constants(layer, wei_shape(layer), layer.at("co"), reduction(layer), generator);
}

} // namespace

OperatorRow depthwise_conv2d_row() {
    return {"depthwise_conv2d",
            {"windows4_u8s8", "windows4_s8s8", "columns4_s8s8", "pairs_i16", "selected_i16", "taps2_s8", "taps_i16",
             "windows4_u8s4", "windows4_s8s4", "columns4_s8s4", "pairs_s4", "selected_s4", "taps2_s4", "taps_s4"},
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
