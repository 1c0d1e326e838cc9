// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/pool.h"

#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/s16_samples.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/window.h"
#include "compiler/operators/support/window_samples.h"

namespace nibble::operators {
namespace {

bool holds_source(int64_t source, int64_t outputs, int64_t taps, int64_t stride, int64_t pad_before) {
    return pad_before < taps && (outputs - 1) * stride - pad_before < source;
}

void check_windows(LegaliseContext &context, const Layer &layer) {
    const bool vertical =
        holds_source(layer.at("h"), layer.at("oh"), layer.at("kh"), layer.at("stride_h"), layer.at("pad_top"));
    const bool horizontal =
        holds_source(layer.at("w"), layer.at("ow"), layer.at("kw"), layer.at("stride_w"), layer.at("pad_left"));
    if (!vertical || !horizontal) {
        context.report("attribute 'padding'", context.attribute("padding").dump(),
                       "at least one source pixel in each window");
    }
}

} // namespace

Layer legalise_pool(LegaliseContext &context) {
    context.take_s16();
    const Tensor *src = context.activation8(0, 4);
    const Tensor *dst = context.result8(0, 4);
    if (!context.ok()) {
        return {};
    }
    const nlohmann::json &kernel = context.attribute("kernel");
    Layer layer = context.layer({src}, {dst});
    layer.attributes = {{"u8", context.u8()}, {"bits", context.bits()}, {"n", src->shape[0]}, {"c", src->shape[3]}};
    legalise_windows(context, *src, *dst, kernel.at(0), kernel.at(1), false, layer.attributes);
    context.expect_shape(*dst, {src->shape[0], dst->shape[1], dst->shape[2], src->shape[3]});
    context.expect_same_quantization(*src, *dst);
    set_clamps(activation_clamps(context, context.quantization(*dst)), layer.attributes);
    check_windows(context, layer);
    return layer;
}

reference::Pool2d pool_parameters(const Layer &layer) {
    reference::Pool2d p;
    p.n = layer.at("n");
    p.h = layer.at("h");
    p.w = layer.at("w");
    p.c = layer.at("c");
    p.oh = layer.at("oh");
    p.ow = layer.at("ow");
    p.kh = layer.at("kh");
    p.kw = layer.at("kw");
    p.stride_h = layer.at("stride_h");
    p.stride_w = layer.at("stride_w");
    p.pad_top = layer.at("pad_top");
    p.pad_left = layer.at("pad_left");
    p.clamp_min = static_cast<int32_t>(layer.at("clamp_min"));
    p.clamp_max = static_cast<int32_t>(layer.at("clamp_max"));
    return p;
}

std::vector<Layer> pool_samples(const std::string &op) {
    static const WindowSample samples[] = {
        {"global", {1, 8, 8, 64}, 0, {8, 8}},
        {"global_ragged", {1, 25, 5, 63}, 0, {25, 5}},
        {"square", {1, 9, 9, 17}, 0, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
        {"halving", {2, 8, 10, 16}, 0, {2, 2}, {2, 2}},
        {"asymmetrical", {1, 7, 8, 5}, 0, {3, 4}, {2, 3}, {1, 1}, {0, 2, 1, 3}},
        {"narrow", {1, 20, 1, 33}, 0, {5, 1}, {5, 1}},
        {"one_pixel", {1, 5, 6, 20}, 0},
        {"wide_window", {1, 20, 16, 9}, 0, {18, 16}, {1, 1}, {1, 1}, {1, 1, 0, 0}},
        {"stride_above_window", {1, 12, 22, 20}, 0, {6, 5}, {9, 5}, {1, 1}, {1, 1, 2, 1}},
    };
    std::vector<Layer> layers;
    for (const WindowSample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = op;
        layer.attributes = window_attributes(sample);
        layer.attributes["c"] = sample.src[3];
        set_sample_quantisation(layers.size(), layer.attributes);
        layer.attributes["bits"] = 8;
        for (const char *unused : {"dilation_h", "dilation_w", "src_zero", "dst_zero"}) {
            layer.attributes.erase(unused);
        }
        layer.src = {sample_tensor("src", {sample.src.begin(), sample.src.end()})};
        layer.dst = {sample_tensor("dst", {sample.src[0], layer.at("oh"), layer.at("ow"), sample.src[3]})};
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"global_ragged", "square", "halving", "wide_window", "stride_above_window"}, layers);
    add_s16_samples({"global_ragged", "square", "halving", "wide_window", "stride_above_window"}, layers);
    return layers;
}

} // namespace nibble::operators
