// batch_matmul: products of pairs of s8 or u8 matrices, of which either may be constant; requantised.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/batch_matmul.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/broadcast.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/matrices.h"
#include "compiler/operators/support/one_form.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/s16_legalisers.h"
#include "compiler/operators/support/sampling.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/weight_zero.h"
#include "compiler/operators/support/window_samples.h"
#include "generators/dot_lowering.h"
#include "runtime/pack.h"

namespace nibble::operators {
namespace {

int64_t bound(const Layer &layer) { return layer.at("k") * 255 * 255; }

bool is_constant(const Tensor *tensor) { return tensor != nullptr && tensor->is_constant(); }

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    if (reads_s16(model, op)) {
        return legalise_batch_matmul_s16(model, op, findings);
    }
    LegaliseContext context(model, op, findings);
    context.expect_channel_rounding();
    const bool lhs_constant = is_constant(context.input(0)), rhs_constant = is_constant(context.input(1));
    // At least one of them is no constant.
    const Tensor *lhs = lhs_constant ? context.weights(0, -1) : context.activation8(0, -1);
    const Tensor *rhs = rhs_constant && !lhs_constant ? context.weights(1, -1) : context.activation8(1, -1);
    const Tensor *dst = context.result8(0, -1);
    if (!context.ok()) {
        return {};
    }
    const TensorQuantization lhs_q = context.quantization(*lhs);
    const TensorQuantization rhs_q = context.quantization(*rhs);
    const TensorQuantization dst_q = context.quantization(*dst);
    Layer layer = context.layer({}, {dst});
    layer.attributes = {{"u8", context.u8()},           {"lhs_zero", lhs_q.zero_point}, {"rhs_zero", rhs_q.zero_point},
                        {"dst_zero", dst_q.zero_point}, {"lhs_constant", lhs_constant}, {"rhs_constant", rhs_constant}};
    // TFLite takes the product of the scales in f32.
    set_one_factor(lhs_q.scale * rhs_q.scale, dst_q.scale, layer);
    set_clamps({}, layer.attributes);
    legalise_matrices(context, {*lhs, *rhs, *dst}, layer.attributes);
    if (!context.ok()) {
        return {};
    }
    for (const auto &[name, tensor] : {std::pair{"lhs", lhs}, std::pair{"rhs", rhs}}) {
        if (tensor->is_constant()) {
            layer.constants[name] = {DType::s8, tensor->shape, weight_bytes(*tensor)};
            layer.widened = bits_of(tensor->dtype) == 4 ? "kernels of matrices read bytes" : "";
        } else {
            layer.src.push_back({tensor->name, tensor->dtype, tensor->shape});
        }
    }
    if (!has_one_form(layer, bound(layer))) {
        context.report(
            "accumulator",
            fmt::format("up to {} with a factor of {}", bound(layer), lhs_q.scale * rhs_q.scale / dst_q.scale),
            "one that is requantised in 32 bits");
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const auto at = [&layer](const char *key) { return static_cast<int32_t>(layer.at(key)); };
    const reference::BatchMatmul p = {matrix_batch(layer), at("lhs_zero"),  at("rhs_zero"),
                                      at("dst_zero"),      at("clamp_min"), at("clamp_max")};
    const bool lhs_constant = at("lhs_constant") != 0, rhs_constant = at("rhs_constant") != 0;
    const auto *lhs = lhs_constant ? layer.constants.at("lhs").as<int8_t>() : static_cast<const int8_t *>(src.front());
    const auto *rhs = rhs_constant ? layer.constants.at("rhs").as<int8_t>() : static_cast<const int8_t *>(src.back());
    const OneFactor factor(layer);
    reference::batch_matmul(p, lhs, rhs, factor.requantisation(), static_cast<int8_t *>(dst[0]));
}

int64_t panels_bytes(const Layer &layer, const std::string &lowering) {
    return nibble_panels_bytes(layer.at("n"), 1, 1, layer.at("k"), channel_panel, dot_lowering(lowering).products);
}

PackedLayout packed_layout(const Layer &layer, const std::string &lowering) {
    PackedLayout layout;
    if (layer.at("lhs_constant") != 0) {
        layout.add("lhs", DType::s8, lhs_shape(layer)[0] * layer.at("m") * layer.at("k"));
    }
    if (layer.at("rhs_constant") != 0) {
        const int64_t channels = rhs_shape(layer)[0] * padded_channels(layer.at("n"));
        layout.add("wei", DType::s8, rhs_shape(layer)[0] * panels_bytes(layer, lowering));
        layout.add("bia", DType::s32, channels * static_cast<int64_t>(sizeof(int32_t)));
    }
    return layout;
}

/// The right matrix [n][k].
std::vector<int8_t> columns_of(const Layer &layer, const int8_t *rhs) {
    const int64_t k = layer.at("k"), n = layer.at("n");
    std::vector<int8_t> columns(rhs, rhs + k * n);
    if (layer.at("adj_y") == 0) {
        for (int64_t i = 0; i < k * n; ++i) {
            columns[i] = rhs[i % k * n + i / k];
        }
    }
    return columns;
}

void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    const PackedLayout layout = packed_layout(layer, lowering);
    if (layer.at("lhs_constant") != 0) {
        const std::vector<uint8_t> &lhs = layer.constants.at("lhs").data;
        std::copy(lhs.begin(), lhs.end(), packed_array<uint8_t>(layout, "lhs", packed));
    }
    if (layer.at("rhs_constant") == 0) {
        return;
    }
    const int64_t k = layer.at("k"), n = layer.at("n");
    const int32_t zero = static_cast<int32_t>(layer.at("lhs_zero")) + (dot_lowering(lowering).unsigned_src ? 128 : 0);
    const std::vector<int32_t> none(n, 0);
    for (int64_t i = 0; i < rhs_shape(layer)[0]; ++i) {
        const auto columns = columns_of(layer, layer.constants.at("rhs").as<int8_t>() + i * k * n);
        nibble_pack_panels(columns.data(), n, 1, 1, k, channel_panel, dot_lowering(lowering).products, 0,
                           packed_array<int8_t>(layout, "wei", packed) + i * panels_bytes(layer, lowering));
        nibble_fold_bias(columns.data(), none.data(), n, k, k, 1, zero,
                         packed_array<int32_t>(layout, "bia", packed) + i * padded_channels(n));
    }
}

Attributes kernel_parameters(const Layer &layer, const std::string &lowering) {
    Attributes kernel = layer.attributes;
    set_one_form(layer, bound(layer), kernel);
    if (lowering == "dot2_s8s8") {
        kernel[s16_sums_name] = 0; // either matrix may hold -128
    }
    kernel["requantise"] = general_kind(layer.rounding);
    kernel["half_has_sign"] = 0;
    return kernel;
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t m, k, n;
        std::vector<int64_t> lhs_batch, rhs_batch;
        bool adj_x = false, adj_y = false;
        const char *constant = "";
    };
    const Sample samples[] = {
        {"square", 32, 32, 32, {2}, {2}},
        {"ragged", 7, 13, 21, {3}, {3}},
        {"adj_x", 17, 30, 16, {2}, {2}, true},
        {"adj_y", 12, 19, 33, {2}, {2}, false, true},
        {"adj_y_whole", 12, 20, 33, {2}, {2}, false, true},
        {"adj_both", 5, 11, 9, {}, {}, true, true},
        {"one_left", 9, 20, 20, {1}, {4}},
        {"one_right", 6, 24, 40, {2, 3}, {1}},
        {"crossed", 3, 10, 18, {2, 1, 3}, {1, 2, 1}},
        {"row", 1, 65, 50, {4}, {4}},
        {"column", 33, 17, 1, {2}, {2}},
        {"one_of_each", 1, 1, 1, {}, {}},
        {"deep", 4, 1030, 20, {}, {}},
        {"constant_right", 10, 22, 35, {2, 2}, {2}, false, false, "rhs"},
        {"constant_right_adj", 8, 9, 17, {3}, {1}, true, true, "rhs"},
        {"constant_left", 15, 18, 26, {1}, {3}, false, false, "lhs"},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = "batch_matmul";
        layer.rounding = Rounding::double_;
        set_sample_quantisation(layers.size(), layer.attributes);
        // Small, so that the outputs are not all saturated.
        layer.attributes["lhs_zero"] = layer.at("src_zero") / 4;
        layer.attributes["rhs_zero"] = layers.size() % 3 == 0 ? 0 : 3 - layer.at("dst_zero") / 4;
        layer.attributes["dst_zero"] = layer.at("dst_zero") / 2;
        layer.attributes["clamp_min"] = -128; // the operator has no activation
        layer.attributes["clamp_max"] = 127;
        layer.attributes.erase("src_zero");
        layer.attributes.insert({{"m", sample.m},
                                 {"k", sample.k},
                                 {"n", sample.n},
                                 {"adj_x", sample.adj_x},
                                 {"adj_y", sample.adj_y},
                                 {"multiplier", 1518500250 + 7 * sample.k},
                                 {"shift", -7 - std::lround(std::log2(sample.k) / 2)},
                                 {"lhs_constant", sample.constant == std::string("lhs")},
                                 {"rhs_constant", sample.constant == std::string("rhs")}});
        set_matrix_batches(sample.lhs_batch, sample.rhs_batch, layer.attributes);
        if (layer.at("lhs_constant") == 0) {
            layer.src.push_back(sample_tensor("lhs", lhs_shape(layer)));
        }
        if (layer.at("rhs_constant") == 0) {
            layer.src.push_back(sample_tensor("rhs", rhs_shape(layer)));
        }
        layer.dst = {sample_tensor("dst", {products(layer), sample.m, sample.n})};
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"ragged", "constant_right"}, layers);
    add_rounded_samples({"ragged", "constant_right"}, layers);
    return layers;
}

void randomise(Layer &layer, std::mt19937 &generator) {
    if (layer.at("lhs_constant") != 0) {
        add_random_constant(layer, "lhs", DType::s8, lhs_shape(layer), generator);
    }
    if (layer.at("rhs_constant") != 0) {
        add_random_constant(layer, "rhs", DType::s8, rhs_shape(layer), generator);
    }
}

} // namespace

OperatorRow batch_matmul_row() {
    return {"batch_matmul", {"dot_u8s8", "dot_s16s16", "dot_s8s8", "dot2_s8s8", "dp4a_s8s8"},
            legalise,       run_reference,
            matrix_macs,    packed_layout,
            pack,           kernel_parameters,
            sample_layers,  randomise,
            nullptr};
}

} // namespace nibble::operators
