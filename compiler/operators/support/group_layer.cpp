// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/group_layer.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "compiler/operators/support/group_weights.h"
#include "compiler/operators/support/quantisation.h"
#include "runtime/reference/float_bits.h"

namespace nibble::operators {
namespace {

bool is_float(DType dtype) { return dtype == DType::f32 || dtype == DType::f16; }

/// Bounds of attribute `activation` as real numbers.
void set_real_clamps(LegaliseContext &context, Layer &layer) {
    constexpr float none = std::numeric_limits<float>::infinity();
    const auto activation = context.attribute("activation").get<std::string>();
    const float least = activation == "none" ? -none : activation == "relu_n1_to_1" ? -1.0f : 0.0f;
    const float most = activation == "relu6" ? 6.0f : activation == "relu_n1_to_1" ? 1.0f : none;
    layer.attributes["clamp_min_bits"] = reference::bits_of_float(least);
    layer.attributes["clamp_max_bits"] = reference::bits_of_float(most);
}

void set_source(LegaliseContext &context, const Tensor &src, Layer &layer) {
    const bool is_f32 = src.dtype == DType::f32;
    const TensorQuantization q = is_f32 ? TensorQuantization{} : context.quantization(src);
    layer.attributes["src_is_f32"] = is_f32;
    layer.attributes["src_scale_bits"] = reference::bits_of_float(q.scale);
    layer.attributes["src_zero"] = q.zero_point;
}

void set_destination(LegaliseContext &context, const Tensor &dst, Layer &layer) {
    const TensorQuantization q = is_float(dst.dtype) ? TensorQuantization{} : context.quantization(dst);
    layer.attributes["dst_bits"] = bits_of(dst.dtype);
    layer.attributes["dst_scale_bits"] = reference::bits_of_float(q.scale);
    layer.attributes["dst_zero"] = q.zero_point;
    context.expect_rounding(is_float(dst.dtype) ? Rounding::none : Rounding::float_);
}

/// Constant "bia" f32 [n]: that of the model, or its s32 values times their scales, or zeros.
void set_real_bias(LegaliseContext &context, int64_t n, Layer &layer) {
    std::vector<float> values(static_cast<size_t>(n), 0.0f);
    if (context.input(2) != nullptr) {
        const Tensor *bia = context.constant(2, {DType::f32, DType::s32}, 1);
        if (bia == nullptr) {
            return;
        }
        context.expect_shape(*bia, {n});
        if (!context.ok()) {
            return;
        }
        const Constant stored{bia->dtype, bia->shape, bia->data};
        const std::vector<float> ones(1, 1.0f);
        const std::vector<float> &scale = bia->quantization ? bia->quantization->scale : ones;
        if (bia->dtype == DType::s32 && !bia->quantization) {
            context.report(*bia, "quantization", "none", "scales, or dtype f32");
            return;
        }
        for (size_t o = 0; o < values.size(); ++o) {
            values[o] = bia->dtype == DType::f32
                            ? stored.as<float>()[o]
                            : static_cast<float>(stored.as<int32_t>()[o]) * scale[scale.size() == 1 ? 0 : o];
            values[o] += 0.0f; // a negative zero would let signs of zero sums through
            if (!std::isfinite(values[o])) {
                context.report(*bia, fmt::format("data[{}]", o), fmt::format("{}", values[o]), "a finite number");
                return;
            }
        }
    }
    layer.constants["bia"] = make_constant(DType::f32, {n}, values);
}

/// Sums stay within s32, and sums of scaled products finite: then no result is NaN.
void check_sizes(LegaliseContext &context, const Tensor &wei, const Layer &layer) {
    constexpr int64_t largest_difference = 255, largest_weight = 128, largest_nibble = 15 * 16; // times 16: lowerings
    constexpr double most_sum = 0x1p120;
    const bool moved = layer.at("wei_zeros") != 0;
    const int64_t length = layer.at("multiplied") != 0 ? layer.at("k") : layer.at("k") / layer.at("groups");
    const int64_t most = (int64_t{1} << 31) / (largest_difference * (moved ? largest_nibble : largest_weight));
    if (length >= most) {
        context.report(wei, "shape", fmt::format("groups of {} inputs", length), fmt::format("fewer than {}", most));
    }
    const Constant &scale = layer.constants.at("scale");
    for (size_t i = 0; i < scale.data.size() / sizeof(float); ++i) {
        const double sum =
            double{scale.as<float>()[i]} * static_cast<double>(layer.at("k")) * largest_difference * largest_nibble;
        if (sum > most_sum) {
            context.report(wei, fmt::format("quantization.scale[{}]", i), fmt::format("{}", scale.as<float>()[i]),
                           "one whose products stay below 2^120");
            return;
        }
    }
}

} // namespace

bool is_grouped(const Model &model, const Operator &op) {
    const auto tensor = [&](const std::vector<int> &of, size_t i) {
        return of.size() > i && of[i] >= 0 ? &model.tensors.at(static_cast<size_t>(of[i])) : nullptr;
    };
    const Tensor *src = tensor(op.inputs, 0), *wei = tensor(op.inputs, 1), *dst = tensor(op.outputs, 0);
    const bool by_group = wei != nullptr && wei->quantization &&
                          wei->quantization->granularity == Granularity::per_group &&
                          wei->quantization->group_multiplier.empty();
    return by_group || (src != nullptr && src->dtype == DType::f32) || (dst != nullptr && is_float(dst->dtype));
}

Layer legalise_groups(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Tensor *named = context.input(0);
    const bool is_f32 = named != nullptr && named->dtype == DType::f32;
    const Tensor *src = is_f32 ? context.activation(0, DType::f32, -1) : context.activation8(0, -1);
    const Tensor *wei = context.constant(1, {DType::s4, DType::u4, DType::s8}, 2);
    const Tensor *to = context.output(0);
    const Tensor *dst = to != nullptr && is_float(to->dtype) ? to : context.result8(0, -1);
    if (!context.ok()) {
        return {};
    }
    const int64_t n = wei->shape[0], k = wei->shape[1], m = src->elements() / k;
    if (src->elements() % k != 0) {
        context.report(*src, "shape", shape_text(src->shape), fmt::format("a multiple of {} elements", k));
        return {};
    }
    if (dst->shape.empty() || dst->shape.back() != n || dst->elements() != m * n) {
        context.report(*dst, "shape", shape_text(dst->shape), fmt::format("{} rows of {}", m, n));
        return {};
    }
    Layer layer = context.layer({src}, {dst});
    layer.op = "fully_connected_groups";
    layer.attributes = {{"u8", context.u8()}, {"m", m}, {"k", k}, {"n", n}, {"k_split", op.k_split}};
    set_real_clamps(context, layer);
    set_source(context, *src, layer);
    set_destination(context, *dst, layer);
    set_group_weights(context, *wei, layer);
    set_real_bias(context, n, layer);
    if (context.ok()) {
        check_sizes(context, *wei, layer);
    }
    if (layer.at("groups") % op.k_split != 0) {
        context.report("k_split", std::to_string(op.k_split),
                       fmt::format("a divisor of {} groups", layer.at("groups")));
    }
    return layer;
}

} // namespace nibble::operators
