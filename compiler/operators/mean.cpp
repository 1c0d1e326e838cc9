// mean: s8, u8 or s16, over any dimensions that form at most two runs.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/mean.h"

#include <array>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/s16_samples.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/window_samples.h"
#include "runtime/reference/quantize_multiplier.h"

namespace nibble::operators {
namespace {

/// Sums of differences up to this leave the bits that kernels' roundings need (requantize_double).
constexpr int64_t most_sum = int64_t{1} << 30;

/// The extents of runs of dimensions, kept and reduced in turn, a kept one (perhaps 1) first and last.
std::vector<int64_t> runs_of(const std::vector<int64_t> &shape, const std::vector<bool> &reduced) {
    std::vector<int64_t> runs = {1};
    for (size_t i = 0; i < shape.size(); ++i) {
        const bool run_is_reduced = runs.size() % 2 == 0;
        if (shape[i] != 1 && reduced[i] != run_is_reduced) {
            runs.push_back(1);
        }
        runs.back() *= shape[i];
    }
    if (runs.size() % 2 == 0) {
        runs.push_back(1);
    }
    return runs;
}

std::vector<bool> reduced_dimensions(LegaliseContext &context, const Tensor &src) {
    std::vector<bool> reduced(src.shape.size(), false);
    for (const int64_t axis : context.attribute("axes").get<std::vector<int64_t>>()) {
        if (axis >= static_cast<int64_t>(reduced.size())) {
            context.report("attribute 'axes'", fmt::format("{}", axis),
                           fmt::format("a dimension of {}", shape_text(src.shape)));
            return reduced;
        }
        reduced[static_cast<size_t>(axis)] = true;
    }
    return reduced;
}

/// The destination keeps reduced dimensions as 1 or drops them.
void check_shape(LegaliseContext &context, const Tensor &src, const Tensor &dst, const std::vector<bool> &reduced) {
    std::vector<int64_t> kept, dropped;
    for (size_t i = 0; i < reduced.size(); ++i) {
        kept.push_back(reduced[i] ? 1 : src.shape[i]);
        if (!reduced[i]) {
            dropped.push_back(src.shape[i]);
        }
    }
    if (dst.shape != dropped) {
        context.expect_shape(dst, kept);
    }
}

void set_factor(LegaliseContext &context, const Tensor &src, const Tensor &dst, Attributes &attributes) {
    const TensorQuantization src_q = context.quantization(src);
    const TensorQuantization dst_q = context.quantization(dst);
    const int64_t count = attributes["r0"] * attributes["r1"];
    auto factor = reference::quantize_multiplier(double{src_q.scale} / double{dst_q.scale});
    reference::divide_multiplier(count, factor.multiplier, factor.shift);
    const int64_t largest = context.bits() == 16 ? 32768 : 255;
    if (factor.shift > 22 || (count * largest) << std::max(factor.shift, 0) >= most_sum) {
        context.report(dst, "scale", fmt::format("{} for {} elements of scale {}", dst_q.scale, count, src_q.scale),
                       "one that keeps the scaled sum below 2^30");
    }
    attributes["multiplier"] = factor.multiplier;
    attributes["shift"] = factor.shift;
    attributes["src_zero"] = src_q.zero_point;
    attributes["dst_zero"] = dst_q.zero_point;
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.take_s16();
    context.expect_rounding(Rounding::double_);
    const Tensor *src = context.activation8(0, -1);
    const Tensor *dst = context.result8(0, -1);
    if (!context.ok()) {
        return {};
    }
    const std::vector<bool> reduced = reduced_dimensions(context, *src);
    check_shape(context, *src, *dst, reduced);
    std::vector<int64_t> runs = runs_of(src->shape, reduced);
    constexpr std::array<const char *, 5> names = {"k0", "r0", "k1", "r1", "k2"};
    if (runs.size() > names.size()) {
        context.report("attribute 'axes'", context.attribute("axes").dump(), "at most two runs of dimensions");
        return {};
    }
    runs.insert(runs.begin(), names.size() - runs.size(), 1);
    Layer layer = context.layer({src}, {dst});
    layer.attributes["u8"] = context.u8();
    layer.attributes["bits"] = context.bits();
    for (size_t i = 0; i < names.size(); ++i) {
        layer.attributes[names[i]] = runs[i];
    }
    set_factor(context, *src, *dst, layer.attributes);
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Mean p;
    p.k0 = layer.at("k0");
    p.k1 = layer.at("k1");
    p.k2 = layer.at("k2");
    p.r0 = layer.at("r0");
    p.r1 = layer.at("r1");
    p.multiplier = static_cast<int32_t>(layer.at("multiplier"));
    p.shift = static_cast<int32_t>(layer.at("shift"));
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    p.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    if (layer.at("bits") == 16) {
        reference::mean(p, static_cast<const int16_t *>(src[0]), static_cast<int16_t *>(dst[0]));
    } else {
        reference::mean(p, static_cast<const int8_t *>(src[0]), static_cast<int8_t *>(dst[0]));
    }
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        std::array<int64_t, 5> runs; ///< k0 r0 k1 r1 k2
        double factor;               ///< of the mean
        int64_t src_zero, dst_zero;
    };
    static constexpr Sample samples[] = {
        {"pixels", {1, 1, 1, 49, 130}, 0.97, 3, -7},   {"batches", {1, 1, 3, 20, 17}, 1, -128, -128},
        {"innermost", {1, 1, 30, 33, 1}, 1.3, 5, 9},   {"two_runs", {2, 5, 4, 6, 65}, 4.1, -20, 0},
        {"outermost", {1, 7, 1, 1, 64}, 0.4, 127, -1}, {"nothing", {1, 1, 1, 1, 31}, 1, 0, 0},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        const auto &[k0, r0, k1, r1, k2] = sample.runs;
        auto factor = reference::quantize_multiplier(sample.factor);
        reference::divide_multiplier(r0 * r1, factor.multiplier, factor.shift);
        Layer layer;
        layer.name = sample.family;
        layer.op = "mean";
        layer.rounding = Rounding::double_;
        layer.attributes = {{"u8", 0},
                            {"bits", 8},
                            {"k0", k0},
                            {"r0", r0},
                            {"k1", k1},
                            {"r1", r1},
                            {"k2", k2},
                            {"multiplier", factor.multiplier},
                            {"shift", factor.shift},
                            {"src_zero", sample.src_zero},
                            {"dst_zero", sample.dst_zero}};
        layer.src = {sample_tensor("src", {k0, r0, k1, r1, k2})};
        layer.dst = {sample_tensor("dst", {k0, k1, k2})};
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"pixels", "two_runs"}, layers);
    add_s16_samples({"pixels", "innermost", "two_runs", "outermost"}, layers);
    return layers;
}

} // namespace

OperatorRow mean_row() { return constant_free_row("mean", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
