// slice: a box out of a tensor of whole bytes.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/slice.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/movers.h"

namespace nibble::operators {
namespace {

std::vector<BoxDimension> box_of(LegaliseContext &context, const Tensor &src, const Tensor &dst) {
    const auto begin = context.attribute("begin").get<std::vector<int64_t>>();
    if (begin.size() != src.shape.size() || dst.shape.size() != src.shape.size()) {
        context.report("attribute 'begin'", context.attribute("begin").dump(),
                       fmt::format("a position in {} for a box of {}", shape_text(src.shape), shape_text(dst.shape)));
        return {};
    }
    std::vector<BoxDimension> box;
    for (size_t d = 0; d < begin.size(); ++d) {
        if (begin[d] + dst.shape[d] > src.shape[d]) {
            context.report(fmt::format("attribute 'begin': dimension {}", d),
                           fmt::format("{} for an extent of {}", begin[d], dst.shape[d]),
                           fmt::format("a box inside {}", src.shape[d]));
        }
        box.push_back({src.shape[d], dst.shape[d], begin[d]});
    }
    return box;
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const auto [src, dst] = moved_tensors(context);
    if (!context.ok()) {
        return {};
    }
    const std::vector<BoxDimension> box = merged_box(box_of(context, *src, *dst));
    if (!context.ok()) {
        return {};
    }
    if (box.empty()) {
        context.report(*dst, "shape", shape_text(dst->shape), "at most 4 runs of dimensions that are cut");
        return {};
    }
    Layer layer = context.layer({src}, {dst});
    layer.attributes["bits"] = bits_of(src->dtype);
    for (size_t d = 0; d < box_rank; ++d) {
        layer.attributes[dimension_name('s', d)] = box[d].whole;
        layer.attributes[dimension_name('d', d)] = box[d].part;
        layer.attributes[dimension_name('b', d)] = box[d].begin;
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Slice p;
    p.bits = layer.at("bits");
    read_dimensions(layer, 's', p.src);
    read_dimensions(layer, 'd', p.dst);
    read_dimensions(layer, 'b', p.begin);
    reference::slice(p, src[0], dst[0]);
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        std::array<int64_t, box_rank> src, dst, begin;
        DType dtype = DType::s8;
    };
    static constexpr Sample samples[] = {
        {"columns", {1, 1, 37, 48}, {1, 1, 37, 36}, {0, 0, 0, 0}},
        {"narrow_columns", {1, 1, 37, 48}, {1, 1, 37, 5}, {0, 0, 0, 36}},
        {"run", {1, 1, 1, 1000}, {1, 1, 1, 333}, {0, 0, 0, 500}},
        {"box", {3, 7, 9, 70}, {2, 4, 9, 65}, {1, 2, 0, 5}},
        {"u8_box", {2, 5, 6, 20}, {2, 3, 4, 17}, {0, 1, 1, 3}, DType::u8},
        {"s16_columns", {1, 1, 5, 40}, {1, 1, 5, 33}, {0, 0, 0, 7}, DType::s16},
        {"f32_channel", {1, 1, 50, 3}, {1, 1, 50, 1}, {0, 0, 0, 1}, DType::f32},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = "slice";
        layer.attributes["bits"] = bits_of(sample.dtype);
        for (size_t d = 0; d < box_rank; ++d) {
            layer.attributes[dimension_name('s', d)] = sample.src[d];
            layer.attributes[dimension_name('d', d)] = sample.dst[d];
            layer.attributes[dimension_name('b', d)] = sample.begin[d];
        }
        layer.src = {{"src", sample.dtype, {sample.src.begin(), sample.src.end()}}};
        layer.dst = {{"dst", sample.dtype, {sample.dst.begin(), sample.dst.end()}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow slice_row() { return constant_free_row("slice", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
