// batch_matmul_s16: batch_matmul of s16 activations by s16 or s8, of which either may be constant; sums of 64 bits.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/batch_matmul_s16.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/matrices.h"
#include "compiler/operators/support/one_form.h"
#include "compiler/operators/support/s16_legalisers.h"
#include "compiler/operators/support/sampling.h"
#include "runtime/reference/requantize_math.h"

namespace nibble::operators {
namespace {

constexpr int most_shift = 7; // of `reduced16`

DType rhs_type(const Layer &layer) { return layer.at("rhs_bits") == 16 ? DType::s16 : DType::s8; }

/// A right matrix of weights may have a scale for each column and 4 bits, and is a layer of another row.
bool is_matrix_of_weights(const Model &model, const Operator &op) {
    const Tensor *rhs = op.inputs.size() > 1 && op.inputs[1] >= 0 ? &model.tensors.at(op.inputs[1]) : nullptr;
    const bool weights = rhs != nullptr && rhs->is_constant() && (rhs->dtype == DType::s8 || rhs->dtype == DType::s4);
    return weights && rhs->shape.size() >= 2 && !op.attributes.at("adj_x").get<bool>() &&
           std::all_of(rhs->shape.begin(), rhs->shape.end() - 2, [](int64_t extent) { return extent == 1; });
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const reference::BatchMatmulS16 p = {matrix_batch(layer), static_cast<int32_t>(layer.at("multiplier")),
                                         static_cast<int32_t>(layer.at("shift"))};
    const void *rhs = layer.at("rhs_constant") != 0 ? layer.constants.at("rhs").data.data() : src.back();
    const auto *lhs = static_cast<const int16_t *>(src.front());
    auto *products = static_cast<int16_t *>(dst[0]);
    if (layer.at("rhs_bits") == 16) {
        reference::batch_matmul_s16(p, lhs, static_cast<const int16_t *>(rhs), products);
    } else {
        reference::batch_matmul_s16(p, lhs, static_cast<const int8_t *>(rhs), products);
    }
}

PackedLayout packed_layout(const Layer &layer, const std::string &) {
    PackedLayout layout;
    if (layer.at("rhs_constant") != 0) {
        const auto shape = rhs_shape(layer);
        layout.add("rhs", rhs_type(layer), shape[0] * shape[1] * shape[2] * layer.at("rhs_bits") / 8);
    }
    return layout;
}

void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    const PackedLayout layout = packed_layout(layer, lowering);
    if (auto *rhs = packed_array<uint8_t>(layout, "rhs", packed)) {
        const std::vector<uint8_t> &data = layer.constants.at("rhs").data;
        std::copy(data.begin(), data.end(), rhs);
    }
}

/// The kernel multiplies by what is left of the multiplier.
Attributes kernel_parameters(const Layer &layer, const std::string &) {
    Attributes kernel = layer.attributes;
    kernel.erase("multiplier");
    kernel.erase("shift");
    kernel["mul"] = reference::reduced16_multiplier(static_cast<int32_t>(layer.at("multiplier")));
    kernel["shr"] = 15 - layer.at("shift");
    return kernel;
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t m, k, n;
        std::vector<int64_t> lhs_batch, rhs_batch;
        bool adj_x = false, adj_y = false;
        int64_t rhs_bits = 16;
        bool rhs_constant = false;
    };
    const Sample samples[] = {
        {"square", 16, 16, 16, {2}, {2}},
        {"ragged", 7, 13, 21, {3}, {3}},
        {"adj_x", 17, 30, 16, {2}, {2}, true},
        {"adj_y", 12, 19, 33, {2}, {2}, false, true},
        {"adj_both", 5, 11, 9, {}, {}, true, true},
        {"crossed", 3, 10, 18, {2, 1, 3}, {1, 2, 1}},
        {"one_of_each", 1, 1, 1, {}, {}},
        {"by_s8", 9, 20, 20, {1}, {4}, false, false, 8},
        {"by_s8_adj", 6, 24, 10, {2, 3}, {1}, true, true, 8},
        {"constant", 10, 22, 35, {2, 2}, {2}, false, false, 16, true},
        {"constant_s8", 8, 9, 17, {3}, {3}, false, true, 8, true},
    };
    std::vector<Layer> layers;
    for (const Sample &s : samples) {
        Layer layer;
        layer.name = s.family;
        layer.op = "batch_matmul_s16";
        layer.rounding = Rounding::reduced16;
        layer.attributes = {{"m", s.m},
                            {"k", s.k},
                            {"n", s.n},
                            {"adj_x", s.adj_x},
                            {"adj_y", s.adj_y},
                            {"rhs_bits", s.rhs_bits},
                            {"rhs_constant", s.rhs_constant},
                            {"multiplier", 1518500250 + 7 * s.k},
                            {"shift", 1 - s.rhs_bits - std::lround(std::log2(s.k) / 2)}};
        set_matrix_batches(s.lhs_batch, s.rhs_batch, layer.attributes);
        layer.src = {{"lhs", DType::s16, lhs_shape(layer)}};
        if (!s.rhs_constant) {
            layer.src.push_back({"rhs", rhs_type(layer), rhs_shape(layer)});
        }
        layer.dst = {{"dst", DType::s16, {products(layer), s.m, s.n}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

void randomise(Layer &layer, std::mt19937 &generator) {
    if (layer.at("rhs_constant") != 0) {
        add_random_constant(layer, "rhs", rhs_type(layer), rhs_shape(layer), generator);
    }
}

} // namespace

Layer legalise_batch_matmul_s16(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    if (is_matrix_of_weights(model, op)) {
        return legalise_matrix_of_weights_s16(model, op, findings);
    }
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::reduced16);
    const bool rhs_constant = context.input(1) != nullptr && context.input(1)->is_constant();
    const Types rhs_types = {DType::s16, DType::s8};
    const Tensor *lhs = context.activation(0, DType::s16, -1);
    const Tensor *rhs = rhs_constant ? context.constant(1, rhs_types, -1) : context.activation(1, rhs_types, -1);
    const Tensor *dst = context.result(0, DType::s16, -1);
    if (!context.ok()) {
        return {};
    }
    for (const Tensor *tensor : {lhs, rhs, dst}) {
        if (context.quantization(*tensor).zero_point != 0) {
            context.report(*tensor, "quantization", quantization_text(*tensor), "zero point 0, for s16 activations");
        }
    }
    Layer layer = context.layer({lhs}, {dst});
    layer.op = "batch_matmul_s16";
    layer.attributes = {{"rhs_bits", bits_of(rhs->dtype)}, {"rhs_constant", rhs_constant}};
    legalise_matrices(context, {*lhs, *rhs, *dst}, layer.attributes);
    // TFLite takes the product of the scales in f32.
    set_one_factor(context.quantization(*lhs).scale * context.quantization(*rhs).scale,
                   context.quantization(*dst).scale, layer);
    if (layer.at("shift") > most_shift) {
        context.report(*dst, "scale", fmt::format("one that multiplies by about 2^{}", layer.at("shift")),
                       fmt::format("a factor below 2^{}", most_shift));
    }
    if (rhs_constant) {
        layer.constants["rhs"] = {rhs->dtype, rhs->shape, rhs->data};
    } else {
        layer.src.push_back({rhs->name, rhs->dtype, rhs->shape});
    }
    return layer;
}

OperatorRow batch_matmul_s16_row() {
    OperatorRow row;
    row.name = "batch_matmul_s16";
    row.lowerings = {"direct"};
    row.legalise = refuse_s16_type;
    row.reference = run_reference;
    row.macs = matrix_macs;
    row.packed_layout = packed_layout;
    row.pack = pack;
    row.kernel_parameters = kernel_parameters;
    row.sample_layers = sample_layers;
    row.randomise = randomise;
    return row;
}

} // namespace nibble::operators
