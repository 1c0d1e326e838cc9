// transpose_conv2d: s8 or u8 activations, s8 channel-wise weights, s32 bias, requantised.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/transpose_conv2d.h"

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
#include "generators/dot_lowering.h"
#include "runtime/pack.h"

namespace nibble::operators {
namespace {

/// Outputs of one remainder by the stride, a phase, are a convolution of stride 1 with every stride-th tap, backwards.
struct Phases {
    explicit Phases(const Layer &layer)
        : stride_h(layer.at("stride_h")), stride_w(layer.at("stride_w")),
          taps_h(nibble_ceil_div(layer.at("kh"), stride_h)), taps_w(nibble_ceil_div(layer.at("kw"), stride_w)),
          length(taps_w * layer.at("ci")), co(layer.at("co")) {}

    int64_t count() const { return stride_h * stride_w; }
    /// Products of an output at most.
    int64_t reduction() const { return taps_h * length; }
    int64_t panels_bytes(int64_t products) const {
        return nibble_panels_bytes(co, taps_h, 1, length, channel_panel, products);
    }

    int64_t stride_h, stride_w;
    int64_t taps_h, taps_w; ///< of a phase, absent ones counted
    int64_t length;         ///< bytes of a row of them
    int64_t co;
};

int64_t reduction(const Layer &layer) { return Phases(layer).reduction(); }

std::vector<int64_t> wei_shape(const Layer &layer) {
    return {layer.at("co"), layer.at("kh"), layer.at("kw"), layer.at("ci")};
}

/// The windows are those of the convolution that goes the other way, from dst to src.
void legalise_transposed_windows(LegaliseContext &context, const Tensor &src, const Tensor &dst, const Tensor &wei,
                                 Layer &layer) {
    Attributes &attributes = layer.attributes;
    legalise_windows(context, dst, src, wei.shape[1], wei.shape[2], false, attributes);
    std::swap(attributes["h"], attributes["oh"]);
    std::swap(attributes["w"], attributes["ow"]);
    for (const auto &[pad, taps] : {std::pair{"pad_top", "kh"}, std::pair{"pad_left", "kw"}}) {
        if (layer.at(pad) >= layer.at(taps)) {
            context.report("padding", std::to_string(layer.at(pad)),
                           fmt::format("less than the window's {}", layer.at(taps)));
        }
    }
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    if (reads_s16(model, op)) {
        return legalise_transpose_conv2d_s16(model, op, findings);
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
    context.expect_shape(*wei, {co, wei->shape[1], wei->shape[2], ci});
    Layer layer = context.layer({src}, {dst});
    layer.attributes = {{"u8", context.u8()}, {"n", src->shape[0]}, {"ci", ci}, {"co", co}};
    legalise_transposed_windows(context, *src, *dst, *wei, layer);
    context.expect_shape(*dst, {src->shape[0], dst->shape[1], dst->shape[2], co});
    set_weights(context, *wei, 0, layer);
    if (layer.at("wei_zero") != 0) {
        context.report(*wei, "values", "ones that differ from their zero point by more than s8 holds",
                       "ones that do not");
    }
    set_bias(context, 2, co, layer);
    legalise_channel_quantisation(context, *src, *wei, 0, *dst, layer);
    if (context.ok()) {
        check_requantise(context, layer, reduction(layer));
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::TransposeConv2d p;
    set_convolution(layer, p);
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    p.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    p.clamp_min = static_cast<int32_t>(layer.at("clamp_min"));
    p.clamp_max = static_cast<int32_t>(layer.at("clamp_max"));
    reference::transpose_conv2d(p, static_cast<const int8_t *>(src[0]), layer.constants.at("wei").as<int8_t>(),
                                layer.constants.at("bia").as<int32_t>(), requantisation_of(layer),
                                static_cast<int8_t *>(dst[0]));
}

int64_t macs(const Layer &layer) {
    return layer.at("n") * layer.at("h") * layer.at("w") * layer.at("ci") * layer.at("co") * layer.at("kh") *
           layer.at("kw");
}

PackedLayout packed_layout(const Layer &layer, const std::string &lowering) {
    const Phases phases(layer);
    PackedLayout layout;
    layout.add("wei", DType::s8, phases.count() * phases.panels_bytes(dot_lowering(lowering).products));
    layout.add("bia", DType::s32, phases.count() * padded_channels(phases.co) * static_cast<int64_t>(sizeof(int32_t)));
    add_requantise_arrays(layer, phases.reduction(), phases.co, layout);
    return layout;
}

/// Weights [co][taps_h][taps_w][ci] of a phase; taps beyond the window are zero.
std::vector<int8_t> phase_weights(const Layer &layer, const Phases &phases, int64_t phase_h, int64_t phase_w) {
    const int64_t ci = layer.at("ci"), kh = layer.at("kh"), kw = layer.at("kw");
    const auto *wei = layer.constants.at("wei").as<int8_t>();
    std::vector<int8_t> taps(phases.co * phases.reduction(), 0);
    auto place = taps.begin();
    for (int64_t o = 0; o < phases.co; ++o) {
        for (int64_t y = phases.taps_h - 1; y >= 0; --y) {
            for (int64_t x = phases.taps_w - 1; x >= 0; --x) {
                const int64_t ky = y * phases.stride_h + phase_h, kx = x * phases.stride_w + phase_w;
                if (ky < kh && kx < kw) {
                    std::copy_n(wei + ((o * kh + ky) * kw + kx) * ci, ci, place);
                }
                place += ci;
            }
        }
    }
    return taps;
}

void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    const Phases phases(layer);
    const PackedLayout layout = packed_layout(layer, lowering);
    auto *panels = packed_array<int8_t>(layout, "wei", packed);
    auto *folded = packed_array<int32_t>(layout, "bia", packed);
    const auto *bia = layer.constants.at("bia").as<int32_t>();
    const int64_t products = dot_lowering(lowering).products;
    for (int64_t phase = 0; phase < phases.count(); ++phase) {
        const auto wei = phase_weights(layer, phases, phase / phases.stride_w, phase % phases.stride_w);
        nibble_pack_panels(wei.data(), phases.co, phases.taps_h, 1, phases.length, channel_panel, products, 0,
                           panels + phase * phases.panels_bytes(products));
        nibble_fold_bias(wei.data(), bia, phases.co, phases.reduction(), phases.reduction(), 1,
                         folded_zero(layer, lowering), folded + phase * padded_channels(phases.co));
    }
    pack_requantise(layer, phases.reduction(), layout, packed);
}

Attributes kernel_parameters(const Layer &layer, const std::string &lowering) {
    const Phases phases(layer);
    Attributes kernel = layer.attributes;
    for (const char *unused : {"dst_zero", "kh", "kw", "wei_bits", "wei_zero", "wei_zero_by_channel"}) {
        kernel.erase(unused);
    }
    kernel["taps_h"] = phases.taps_h;
    kernel["taps_w"] = phases.taps_w;
    set_s16_sums(layer, phases.length, lowering, kernel);
    set_requantise_parameters(layer, phases.reduction(), kernel);
    return kernel;
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        std::array<int64_t, 4> src; // n h w ci
        int64_t co;
        std::array<int64_t, 2> dst, kernel, stride, padding;
    };
    static constexpr Sample samples[] = {
        {"doubling", {1, 6, 7, 16}, 16, {12, 14}, {4, 4}, {2, 2}, {1, 1}},
        {"doubling_odd", {1, 5, 6, 24}, 33, {10, 12}, {3, 3}, {2, 2}, {0, 0}},
        {"valid", {2, 4, 5, 8}, 20, {9, 11}, {3, 3}, {2, 2}, {0, 0}},
        {"stride1", {1, 7, 6, 12}, 17, {7, 6}, {3, 3}, {1, 1}, {1, 1}},
        {"stride_mixed", {1, 5, 7, 15}, 4, {7, 21}, {3, 3}, {1, 3}, {0, 0}},
        {"stride_above_window", {1, 3, 4, 17}, 5, {6, 8}, {1, 1}, {2, 2}, {0, 0}},
        {"one_row", {1, 1, 19, 8}, 40, {1, 38}, {1, 4}, {1, 2}, {0, 1}},
        {"one_pixel", {3, 1, 1, 9}, 10, {4, 4}, {4, 4}, {1, 1}, {0, 0}},
        {"one_channel", {2, 5, 6, 1}, 1, {8, 13}, {4, 3}, {1, 2}, {0, 0}},
        {"cropped", {1, 6, 5, 13}, 31, {13, 11}, {6, 5}, {3, 2}, {5, 1}},
        {"unreached", {1, 3, 3, 8}, 16, {11, 10}, {2, 3}, {4, 3}, {0, 0}},
        {"steep", {1, 4, 4, 5}, 19, {8, 8}, {3, 3}, {2, 2}, {0, 0}},
        {"narrow_weights", {1, 4, 5, 12}, 21, {8, 10}, {4, 4}, {2, 2}, {1, 1}},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        const auto &[n, h, w, ci] = sample.src;
        const auto &[oh, ow] = sample.dst;
        Layer layer;
        layer.name = sample.family;
        layer.op = "transpose_conv2d";
        layer.rounding = Rounding::double_;
        layer.attributes = {{"n", n},
                            {"h", h},
                            {"w", w},
                            {"ci", ci},
                            {"oh", oh},
                            {"ow", ow},
                            {"co", sample.co},
                            {"kh", sample.kernel[0]},
                            {"kw", sample.kernel[1]},
                            {"stride_h", sample.stride[0]},
                            {"stride_w", sample.stride[1]},
                            {"pad_top", sample.padding[0]},
                            {"pad_left", sample.padding[1]},
                            {"wei_zero", 0}};
        set_sample_quantisation(layers.size(), layer.attributes);
        layer.src = {sample_tensor("src", {n, h, w, ci})};
        layer.dst = {sample_tensor("dst", {n, oh, ow, sample.co})};
        if (layer.name == "steep") {
            add_steep_constants(layer, wei_shape(layer), sample.co);
        }
        if (layer.name == "narrow_weights") {
            add_narrow_weights(layer, wei_shape(layer));
        }
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"doubling", "cropped"}, layers);
    add_rounded_samples({"cropped", "steep"}, layers);
    return layers;
}

void randomise(Layer &layer, std::mt19937 &generator) {
    randomise_channel_constants(layer, wei_shape(layer), layer.at("co"), reduction(layer), generator);
}

} // namespace

OperatorRow transpose_conv2d_row() {
    return {"transpose_conv2d",
            {"dot_u8s8", "dot_s16s16", "dot_s8s8", "dot2_s8s8", "dp4a_s8s8"},
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
