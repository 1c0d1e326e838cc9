// fully_connected: s8 or u8 activations, s8 channel-wise weights, s32 bias, requantised.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/fully_connected.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/dot_weights.h"
#include "compiler/operators/support/group_layer.h"
#include "compiler/operators/support/group_weights.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/s16_legalisers.h"
#include "compiler/operators/support/sampling.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/weight_zero.h"
#include "compiler/operators/support/window_samples.h"

namespace nibble::operators {
namespace {

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    if (reads_s16(model, op)) {
        return legalise_fully_connected_s16(model, op, findings);
    }
    if (is_grouped(model, op)) {
        return legalise_groups(model, op, findings);
    }
    LegaliseContext context(model, op, findings);
    context.expect_channel_rounding();
    const Tensor *src = context.activation8(0, -1);
    const Tensor *wei = context.weights(1, 2);
    const Tensor *dst = context.result8(0, -1);
    if (!context.ok()) {
        return {};
    }
    const int64_t n = wei->shape[0];
    const int64_t k = wei->shape[1];
    if (src->elements() % k != 0) {
        context.report(*src, "shape", shape_text(src->shape), fmt::format("a multiple of {} elements", k));
        return {};
    }
    const int64_t m = src->elements() / k;
    if (dst->shape.empty() || dst->shape.back() != n || dst->elements() != m * n) {
        context.report(*dst, "shape", shape_text(dst->shape), fmt::format("{} rows of {}", m, n));
        return {};
    }
    const TensorQuantization src_q = context.quantization(*src);
    const TensorQuantization dst_q = context.quantization(*dst);
    Layer layer = context.layer({src}, {dst});
    layer.attributes = {{"u8", context.u8()},          {"m", m}, {"k", k}, {"n", n}, {"src_zero", src_q.zero_point},
                        {"dst_zero", dst_q.zero_point}};
    set_clamps(activation_clamps(context, dst_q), layer.attributes);
    const bool multiplied = wei->quantization && !wei->quantization->group_multiplier.empty();
    const Tensor widened = multiplied ? multiplied_weights(*wei) : Tensor{};
    wei = multiplied ? &widened : wei;
    layer.widened = multiplied ? "they are multiplied by their groups' integers" : "";
    set_weights(context, *wei, 0, layer);
    set_bias(context, 2, n, layer);
    set_channel_factors(context, src_q, *wei, 0, dst_q, true, layer);
    if (context.ok()) {
        check_requantise(context, layer, k);
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::FullyConnected p;
    p.m = layer.at("m");
    p.k = layer.at("k");
    p.n = layer.at("n");
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    p.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    p.wei_zero = static_cast<int32_t>(layer.at("wei_zero"));
    p.clamp_min = static_cast<int32_t>(layer.at("clamp_min"));
    p.clamp_max = static_cast<int32_t>(layer.at("clamp_max"));
    reference::fully_connected(p, static_cast<const int8_t *>(src[0]), layer.constants.at("wei").as<int8_t>(),
                               layer.constants.at("bia").as<int32_t>(), requantisation_of(layer),
                               static_cast<int8_t *>(dst[0]));
}

int64_t macs(const Layer &layer) { return layer.at("m") * layer.at("k") * layer.at("n"); }

DotWeights dot_weights(const Layer &layer) { return {layer.at("n"), 1, 1, layer.at("k")}; }

PackedLayout packed_layout(const Layer &layer, const std::string &lowering) {
    return dot_packed_layout(layer, dot_weights(layer), lowering);
}

void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    pack_dot(layer, dot_weights(layer), lowering, packed);
}

Attributes kernel_parameters(const Layer &layer, const std::string &lowering) {
    Attributes kernel = layer.attributes;
    kernel.erase("dst_zero");
    set_dot_parameters(layer, lowering, kernel);
    set_s16_sums(layer, layer.at("k"), lowering, kernel);
    set_requantise_parameters(layer, layer.at("k"), kernel);
    return kernel;
}

std::vector<int64_t> wei_shape(const Layer &layer) { return {layer.at("n"), layer.at("k")}; }

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t m, k, n;
        int64_t wei_zero = 0;
    };
    static constexpr Sample samples[] = {
        {"square", 64, 64, 64},
        {"row", 1, 640, 128},
        {"row_ragged", 1, 333, 77},
        {"classes", 1, 64, 10},
        {"deep", 2, 4097, 33},
        {"shallow", 40, 3, 50},
        {"one_of_each", 1, 1, 1},
        {"one_column", 17, 65, 1},
        {"batch", 16, 128, 128},
        {"below_power_of_two", 7, 127, 63},
        {"above_power_of_two", 9, 129, 65},
        {"tall", 100, 20, 16},
        {"weight_zero", 5, 192, 40, 23},
        {"weight_zero_row", 1, 333, 77, -128},
        {"steep", 5, 9, 23},
        {"narrow_weights", 9, 144, 40},
        {"narrow_weights_row", 1, 331, 33, 77},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = "fully_connected";
        layer.rounding = Rounding::double_;
        layer.attributes = {{"m", sample.m}, {"k", sample.k}, {"n", sample.n}};
        set_sample_quantisation(layers.size(), layer.attributes);
        layer.attributes["wei_zero"] = sample.wei_zero;
        layer.src = {sample_tensor("src", {sample.m, sample.k})};
        layer.dst = {sample_tensor("dst", {sample.m, sample.n})};
        if (layer.name == "steep") {
            add_steep_constants(layer, {sample.n, sample.k}, sample.n);
        }
        if (layer.name.rfind("narrow_weights", 0) == 0) {
            add_narrow_weights(layer, {sample.n, sample.k});
        }
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"row_ragged", "batch", "above_power_of_two", "weight_zero"}, layers);
    add_rounded_samples({"row_ragged", "steep", "u8_batch"}, layers);
    add_nibble_samples({"square", "row_ragged", "u8_batch", "float_row_ragged", "one_of_each", "above_power_of_two"},
                       wei_shape, false, layers);
    return layers;
}

void randomise(Layer &layer, std::mt19937 &generator) {
    randomise_channel_constants(layer, wei_shape(layer), layer.at("n"), layer.at("k"), generator);
}

} // namespace

OperatorRow fully_connected_row() {
    OperatorRow row = {"fully_connected",
                       {"dot_u8s8", "dot_s16s16", "dot_s8s8", "dot_s8u8", "dot2_s8s8", "dp4a_s8s8", "dot_u8s4",
                        "dot2_u8s4", "dot_s8s4", "dot_s8u4", "dp4a_s8s4"},
                       legalise,
                       run_reference,
                       macs,
                       packed_layout,
                       pack,
                       kernel_parameters,
                       sample_layers,
                       randomise,
                       [](const Layer &layer) { return layer.at("k"); }};
    row.rows_apart = true;
    return row;
}

} // namespace nibble::operators
