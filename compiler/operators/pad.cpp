// pad: a margin of one value round a tensor of s8, u8, s16 or s32, or of zeros round one of f32.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/pad.h"

#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/movers.h"
#include "compiler/operators/support/u8_view.h"

namespace nibble::operators {
namespace {

/// The source's place in the destination.
std::vector<BoxDimension> box_of(LegaliseContext &context, const Tensor &src, const Tensor &dst) {
    const auto before = context.attribute("before").get<std::vector<int64_t>>(),
               after = context.attribute("after").get<std::vector<int64_t>>();
    if (before.size() != src.shape.size() || after.size() != src.shape.size()) {
        context.report("attributes 'before' and 'after'", fmt::format("{} and {} numbers", before.size(), after.size()),
                       fmt::format("one for each dimension of {}", shape_text(src.shape)));
        return {};
    }
    std::vector<int64_t> padded;
    std::vector<BoxDimension> box;
    for (size_t d = 0; d < before.size(); ++d) {
        padded.push_back(before[d] + src.shape[d] + after[d]);
        box.push_back({padded.back(), src.shape[d], before[d]});
    }
    context.expect_shape(dst, padded);
    return box;
}

int64_t value_of(LegaliseContext &context, DType dtype) {
    const int bits = bits_of(dtype);
    const bool zero_only = dtype == DType::f32; // whose bits are those of the integer
    const int64_t least = zero_only || dtype == DType::u8 ? 0 : -(int64_t{1} << (bits - 1));
    const int64_t most = zero_only ? 0 : least + (int64_t{1} << bits) - 1;
    const auto value = context.attribute("value").get<int64_t>();
    if (value < least || value > most) {
        context.report("attribute 'value'", fmt::format("{}", value), fmt::format("{} to {}", least, most));
    }
    return dtype == DType::u8 ? s8_view_zero(dtype, static_cast<int32_t>(value)) : value;
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Tensor *src = context.activation(0, {DType::s8, DType::u8, DType::s16, DType::s32, DType::f32}, -1);
    const Tensor *dst = src == nullptr ? nullptr : context.result(0, src->dtype, -1);
    if (!context.ok()) {
        return {};
    }
    context.expect_same_quantization(*src, *dst);
    const int64_t value = value_of(context, src->dtype);
    const std::vector<BoxDimension> box = merged_box(box_of(context, *src, *dst));
    if (context.ok() && box.empty()) {
        context.report(*dst, "shape", shape_text(dst->shape), "at most 4 runs of dimensions that are padded");
    }
    if (!context.ok()) {
        return {};
    }
    Layer layer = context.layer({src}, {dst});
    layer.attributes = {{"u8", src->dtype == DType::u8}, {"bits", bits_of(src->dtype)}, {"value", value}};
    for (size_t d = 0; d < box_rank; ++d) {
        layer.attributes[dimension_name('s', d)] = box[d].part;
        layer.attributes[dimension_name('d', d)] = box[d].whole;
        layer.attributes[dimension_name('b', d)] = box[d].begin;
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Pad p;
    p.bits = layer.at("bits");
    p.value = static_cast<int32_t>(layer.at("value"));
    read_dimensions(layer, 's', p.src);
    read_dimensions(layer, 'd', p.dst);
    read_dimensions(layer, 'b', p.before);
    reference::pad(p, src[0], dst[0]);
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        std::array<int64_t, box_rank> src, dst, before;
        int64_t value;
        DType dtype = DType::s8;
    };
    static constexpr Sample samples[] = {
        {"image", {1, 1, 7, 9 * 20}, {1, 1, 9, 11 * 20}, {0, 0, 1, 20}, -5},
        {"after", {1, 1, 6, 130}, {1, 1, 7, 135}, {0, 0, 0, 0}, 127},
        {"run", {1, 1, 1, 100}, {1, 1, 1, 333}, {0, 0, 0, 33}, -128},
        {"box", {2, 3, 4, 17}, {3, 5, 6, 23}, {1, 2, 0, 5}, 0},
        {"u8_image", {1, 1, 5, 33}, {1, 1, 8, 39}, {0, 0, 2, 3}, 91, DType::u8},
        {"s16", {1, 1, 5, 40}, {1, 1, 6, 43}, {0, 0, 1, 1}, -300, DType::s16},
        {"s32", {1, 1, 3, 7}, {1, 2, 3, 9}, {0, 1, 0, 2}, 1 << 20, DType::s32},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = "pad";
        layer.attributes = {
            {"u8", sample.dtype == DType::u8}, {"bits", bits_of(sample.dtype)}, {"value", sample.value}};
        for (size_t d = 0; d < box_rank; ++d) {
            layer.attributes[dimension_name('s', d)] = sample.src[d];
            layer.attributes[dimension_name('d', d)] = sample.dst[d];
            layer.attributes[dimension_name('b', d)] = sample.before[d];
        }
        layer.src = {{"src", sample.dtype, {sample.src.begin(), sample.src.end()}}};
        layer.dst = {{"dst", sample.dtype, {sample.dst.begin(), sample.dst.end()}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow pad_row() { return constant_free_row("pad", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
