// The weighted operators of s16 activations as layers of conv2d_s16.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/operators/support/matrices.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/s16_legalisers.h"
#include "compiler/operators/support/s16_weights.h"
#include "compiler/operators/support/window.h"

namespace nibble::operators {
namespace {

struct Operands {
    const Tensor *src, *wei, *dst;
};

Operands operands_of(LegaliseContext &context, int activation_rank, int wei_rank) {
    context.take_s16();
    context.expect_channel_rounding();
    Operands t = {};
    t.src = context.activation8(0, activation_rank);
    t.wei = weights_of_s16(context, 1, wei_rank);
    t.dst = context.result8(0, activation_rank);
    return t;
}

/// One window of one tap for each of `rows` pixels; operators with more set more.
Layer layer_of(const LegaliseContext &context, const Operands &t, int64_t rows, int64_t ci, int64_t co) {
    Layer layer = context.layer({t.src}, {t.dst});
    layer.op = "conv2d_s16";
    layer.attributes = {{"n", 1},          {"h", 1},        {"w", rows},    {"ci", ci},  {"oh", 1},
                        {"ow", rows},      {"co", co},      {"kh", 1},      {"kw", 1},   {"groups", 1},
                        {"stride_h", 1},   {"stride_w", 1}, {"up_h", 1},    {"up_w", 1}, {"dilation_h", 1},
                        {"dilation_w", 1}, {"pad_top", 0},  {"pad_left", 0}};
    return layer;
}

void set_constants(LegaliseContext &context, const Operands &t, int axis, const std::vector<int8_t> &values,
                   bool one_scale_in_f32, Layer &layer) {
    const TensorQuantization src = context.quantization(*t.src), dst = context.quantization(*t.dst);
    set_clamps(activation_clamps(context, dst), layer.attributes);
    set_s16_constants(context, *t.wei, axis, values, src, dst, one_scale_in_f32, layer);
}

/// values[column * rows + row] for the columns of a matrix [rows][columns].
std::vector<int8_t> transposed(const std::vector<int8_t> &values, int64_t rows, int64_t columns) {
    std::vector<int8_t> result(values.size());
    for (int64_t row = 0; row < rows; ++row) {
        for (int64_t column = 0; column < columns; ++column) {
            result[column * rows + row] = values[row * columns + column];
        }
    }
    return result;
}

} // namespace

Layer legalise_conv2d_s16(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Operands t = operands_of(context, 4, 4);
    if (!context.ok()) {
        return {};
    }
    const int64_t ci = t.src->shape[3], co = t.wei->shape[0];
    const auto groups = context.attribute("groups").get<int64_t>();
    if (ci % groups != 0 || co % groups != 0) {
        context.report("groups", fmt::format("{} for {} source and {} destination channels", groups, ci, co),
                       "a divisor of both");
        return {};
    }
    context.expect_shape(*t.wei, {co, t.wei->shape[1], t.wei->shape[2], ci / groups});
    Layer layer = layer_of(context, t, 1, ci, co);
    layer.attributes["n"] = t.src->shape[0];
    layer.attributes["groups"] = groups;
    legalise_windows(context, *t.src, *t.dst, t.wei->shape[1], t.wei->shape[2], true, layer.attributes);
    context.expect_shape(*t.dst, {t.src->shape[0], t.dst->shape[1], t.dst->shape[2], co});
    set_constants(context, t, 0, weight_values(*t.wei), false, layer);
    return layer;
}

/// As groups of one source channel each.
Layer legalise_depthwise_conv2d_s16(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Operands t = operands_of(context, 4, 4);
    if (!context.ok()) {
        return {};
    }
    const int64_t ci = t.src->shape[3], co = ci * context.attribute("channel_multiplier").get<int64_t>();
    const int64_t kh = t.wei->shape[1], kw = t.wei->shape[2];
    context.expect_shape(*t.wei, {1, kh, kw, co});
    context.expect_shape(*t.dst, {t.src->shape[0], t.dst->shape[1], t.dst->shape[2], co});
    if (!context.ok()) {
        return {};
    }
    Layer layer = layer_of(context, t, 1, ci, co);
    layer.attributes["n"] = t.src->shape[0];
    layer.attributes["groups"] = ci;
    legalise_windows(context, *t.src, *t.dst, kh, kw, true, layer.attributes);
    set_constants(context, t, 3, transposed(weight_values(*t.wei), kh * kw, co), false, layer);
    return layer;
}

Layer legalise_fully_connected_s16(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Operands t = operands_of(context, -1, 2);
    if (!context.ok()) {
        return {};
    }
    const int64_t n = t.wei->shape[0], k = t.wei->shape[1];
    if (t.src->elements() % k != 0) {
        context.report(*t.src, "shape", shape_text(t.src->shape), fmt::format("a multiple of {} elements", k));
        return {};
    }
    const int64_t m = t.src->elements() / k;
    if (t.dst->shape.empty() || t.dst->shape.back() != n || t.dst->elements() != m * n) {
        context.report(*t.dst, "shape", shape_text(t.dst->shape), fmt::format("{} rows of {}", m, n));
        return {};
    }
    Layer layer = layer_of(context, t, m, k, n);
    set_constants(context, t, 0, weight_values(*t.wei), true, layer);
    return layer;
}

/// As windows, backwards, over a source that is spread out by the strides.
Layer legalise_transpose_conv2d_s16(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Operands t = operands_of(context, 4, 4);
    if (!context.ok()) {
        return {};
    }
    const int64_t ci = t.src->shape[3], co = t.wei->shape[0], kh = t.wei->shape[1], kw = t.wei->shape[2];
    context.expect_shape(*t.wei, {co, kh, kw, ci});
    context.expect_shape(*t.dst, {t.src->shape[0], t.dst->shape[1], t.dst->shape[2], co});
    Layer layer = layer_of(context, t, 1, ci, co);
    layer.attributes["n"] = t.src->shape[0];
    legalise_windows(context, *t.dst, *t.src, kh, kw, false, layer.attributes);
    for (const char *extent : {"h", "w"}) {
        const std::string name = extent;
        std::swap(layer.attributes[name], layer.attributes["o" + name]);
        std::swap(layer.attributes["stride_" + name], layer.attributes["up_" + name]);
        const char *pad = name == "h" ? "pad_top" : "pad_left";
        const int64_t taps = layer.at("k" + name);
        if (layer.at(pad) >= taps) {
            context.report("padding", std::to_string(layer.at(pad)), fmt::format("less than the window's {}", taps));
        }
        layer.attributes[pad] = taps - 1 - layer.at(pad);
    }
    std::vector<int8_t> values = weight_values(*t.wei);
    for (int64_t o = 0; o < co; ++o) {
        for (int64_t tap = 0; tap < kh * kw / 2; ++tap) {
            const auto window = values.begin() + o * kh * kw * ci;
            std::swap_ranges(window + tap * ci, window + (tap + 1) * ci, window + (kh * kw - 1 - tap) * ci);
        }
    }
    set_constants(context, t, 0, values, false, layer);
    return layer;
}

Layer legalise_matrix_of_weights_s16(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Operands t = operands_of(context, -1, -1);
    if (!context.ok()) {
        return {};
    }
    Attributes shapes;
    legalise_matrices(context, {*t.src, *t.wei, *t.dst}, shapes);
    if (!context.ok()) {
        return {};
    }
    const int64_t k = shapes.at("k"), n = shapes.at("n"), rows = t.src->elements() / k;
    Layer layer = layer_of(context, t, rows, k, n);
    const bool adjoint = shapes.at("adj_y") != 0;
    const std::vector<int8_t> values = weight_values(*t.wei);
    const auto axis = static_cast<int>(t.wei->shape.size()) - (adjoint ? 2 : 1);
    const TensorQuantization src = context.quantization(*t.src), dst = context.quantization(*t.dst);
    set_clamps(all_of_bits(context.bits()), layer.attributes);
    set_s16_constants(context, *t.wei, axis, adjoint ? values : transposed(values, k, n), src, dst, true, layer);
    return layer;
}

} // namespace nibble::operators
