// fully_connected_groups: what fully_connected becomes where its activations are f32: s8 or s4 weights with a scale for
// each group of inputs, each channel or all; f32 results. SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/fully_connected_groups.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/group_legaliser.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/sampling.h"
#include "compiler/operators/support/weight_zero.h"
#include "compiler/target.h"
#include "generators/dot_lowering.h"
#include "runtime/pack.h"

namespace nibble::operators {
namespace {

int64_t groups_of(const Layer &layer) { return layer.at("k") / layer.at("group"); }

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const reference::FullyConnectedGroups p = {layer.at("m"), layer.at("k"), layer.at("n"), layer.at("group"),
                                               layer.at("k_split")};
    reference::fully_connected_groups(p, static_cast<const float *>(src[0]), layer.constants.at("wei").as<int8_t>(),
                                      layer.constants.at("scale").as<float>(), layer.constants.at("bia").as<float>(),
                                      static_cast<float *>(dst[0]));
}

int64_t macs(const Layer &layer) { return layer.at("m") * layer.at("k") * layer.at("n"); }

/// "wei": unsigned panels, of 4 bits two groups of four inputs to a byte. "scale" f32 [panels][groups][16], "bia" f32.
PackedLayout packed_layout(const Layer &layer, const std::string &lowering) {
    const int64_t n = padded_channels(layer.at("n")), k = layer.at("k");
    const auto bytes = weight_bits(lowering) == 4 ? nibble_panels4_bytes : nibble_panels_bytes;
    PackedLayout layout;
    layout.add("wei", DType::u8, bytes(n, 1, 1, k, channel_panel, 4));
    layout.add("scale", DType::f32, n * groups_of(layer) * static_cast<int64_t>(sizeof(float)));
    layout.add("bia", DType::f32, n * static_cast<int64_t>(sizeof(float)));
    return layout;
}

void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    const PackedLayout layout = packed_layout(layer, lowering);
    const DotLowering form = dot_lowering(lowering);
    const int64_t n = layer.at("n"), k = layer.at("k"), groups = groups_of(layer);
    const auto *wei = layer.constants.at("wei").as<int8_t>();
    if (form.packs_nibbles()) {
        nibble_pack_panels4(wei, n, 1, 1, k, channel_panel, form.products, form.wei_flip(), form.pad_nibble(),
                            packed_array<uint8_t>(layout, "wei", packed));
    } else {
        nibble_pack_panels(wei, n, 1, 1, k, channel_panel, form.products, form.wei_flip(),
                           packed_array<int8_t>(layout, "wei", packed));
    }
    const auto *scale = layer.constants.at("scale").as<float>();
    auto *scales = packed_array<float>(layout, "scale", packed);
    for (int64_t o = 0; o < n; ++o) {
        for (int64_t g = 0; g < groups; ++g) {
            scales[(o / channel_panel * groups + g) * channel_panel + o % channel_panel] = scale[o * groups + g];
        }
    }
    const auto *bia = layer.constants.at("bia").as<float>();
    std::copy(bia, bia + n, packed_array<float>(layout, "bia", packed));
}

Attributes kernel_parameters(const Layer &layer, const std::string &lowering) {
    Attributes kernel = layer.attributes;
    kernel["wei_bits"] = weight_bits(lowering);
    return kernel;
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t m, k, n, group, bits = 4, k_split = 1;
    };
    static constexpr Sample samples[] = {
        {"groups_of_32", 9, 128, 64, 32},
        {"groups_of_128", 3, 256, 48, 128},
        {"one_row", 1, 192, 64, 64},
        {"ragged", 5, 96, 37, 32},
        {"by_channel", 17, 100, 33, 100},
        {"bytes", 4, 64, 32, 64, 8},
        {"bytes_by_channel", 2, 77, 19, 77, 8},
        {"parts", 6, 256, 32, 32, 4, 4},
        {"one_of_each", 1, 1, 1, 1},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = "fully_connected_groups";
        layer.attributes = {{"m", sample.m},
                            {"k", sample.k},
                            {"n", sample.n},
                            {"group", sample.group},
                            {"k_split", sample.k_split},
                            {"wei_bits", sample.bits}};
        layer.src = {{"src", DType::f32, {sample.m, sample.k}}};
        layer.dst = {{"dst", DType::f32, {sample.m, sample.n}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

void randomise(Layer &layer, std::mt19937 &generator) {
    const int64_t n = layer.at("n"), k = layer.at("k"), most = wei_bits(layer) == 4 ? 7 : 127;
    const auto floats = [&](int64_t count, int64_t least) {
        std::vector<float> values(static_cast<size_t>(count));
        std::generate(values.begin(), values.end(),
                      [&] { return static_cast<float>(draw(generator, least, 100000)) * 1e-5f; });
        return values;
    };
    if (layer.constants.count("wei") == 0) {
        std::vector<int8_t> wei(static_cast<size_t>(n * k));
        std::generate(wei.begin(), wei.end(), [&] { return static_cast<int8_t>(draw(generator, -most - 1, most)); });
        layer.constants["wei"] = make_constant(DType::s8, {n, k}, wei);
    }
    if (layer.constants.count("scale") == 0) {
        layer.constants["scale"] = make_constant(DType::f32, {n, groups_of(layer)}, floats(n * groups_of(layer), 1));
        layer.constants["bia"] = make_constant(DType::f32, {n}, floats(n, -100000));
    }
}

} // namespace

OperatorRow fully_connected_groups_row() {
    return {"fully_connected_groups",
            {"dot_s8u4", "dot_s8u8"},
            refuse_groups_type,
            run_reference,
            macs,
            packed_layout,
            pack,
            kernel_parameters,
            sample_layers,
            randomise,
            {}};
}

} // namespace nibble::operators
