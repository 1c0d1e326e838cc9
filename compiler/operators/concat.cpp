// concat: tensors of whole bytes along a dimension; u8 sources of other scales are brought to the destination's.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/concat.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/movers.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/sampling.h"
#include "runtime/plan.h"

namespace nibble::operators {
namespace {

constexpr int64_t table_size = 256;
constexpr int64_t most_buffers = NIBBLE_MAX_KERNEL_ARGS - 1; ///< sources and tables

std::string numbered(const char *name, size_t source) { return name + std::to_string(source); }

bool has_table(const Layer &layer, size_t source) { return layer.at(numbered("t", source)) != 0; }

/// The sources, each of the first one's shape but along the axis; `rows` and `width`s are the extents before and from
/// the axis on.
std::vector<const Tensor *> sources_of(LegaliseContext &context, size_t count) {
    std::vector<const Tensor *> sources;
    for (size_t i = 0; i < count; ++i) {
        const Tensor *src = context.activation(i, i == 0 ? movable_types() : Types{sources[0]->dtype}, -1);
        if (src == nullptr) {
            return {};
        }
        sources.push_back(src);
    }
    return sources;
}

void check_shapes(LegaliseContext &context, const std::vector<const Tensor *> &sources, const Tensor &dst,
                  size_t axis) {
    std::vector<int64_t> whole = sources[0]->shape;
    for (size_t i = 1; i < sources.size(); ++i) {
        std::vector<int64_t> expected = sources[0]->shape;
        expected[axis] = sources[i]->shape.size() > axis ? sources[i]->shape[axis] : 1;
        context.expect_shape(*sources[i], expected);
        whole[axis] += expected[axis];
    }
    context.expect_shape(dst, whole);
}

/// The destination's byte for each byte of a u8 source; nothing where the two are quantised alike.
std::vector<uint8_t> table_of(LegaliseContext &context, const Tensor &src, const Tensor &dst) {
    if (src.dtype != DType::u8) {
        context.expect_same_quantization(dst, src);
        return {};
    }
    context.quantization(src);
    context.quantization(dst);
    if (!context.ok()) {
        return {};
    }
    const float src_scale = src.quantization->scale[0], dst_scale = dst.quantization->scale[0];
    const int32_t src_zero = src.quantization->zero_point[0], dst_zero = dst.quantization->zero_point[0];
    if (src_scale == dst_scale && src_zero == dst_zero) {
        return {};
    }
    std::vector<uint8_t> table;
    for (int value = 0; value < table_size; ++value) {
        table.push_back(
            reference::concat_rescaled(static_cast<uint8_t>(value), src_scale, src_zero, dst_scale, dst_zero));
    }
    return table;
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const std::vector<const Tensor *> sources = sources_of(context, op.inputs.size());
    const Tensor *dst = sources.empty() ? nullptr : context.result(0, sources[0]->dtype, -1);
    if (!context.ok()) {
        return {};
    }
    const auto axis = context.attribute("axis").get<size_t>();
    const std::vector<int64_t> &shape = sources[0]->shape;
    if (axis >= shape.size()) {
        context.report("attribute 'axis'", fmt::format("{}", axis), "a dimension of " + shape_text(shape));
        return {};
    }
    check_shapes(context, sources, *dst, axis);
    Layer layer = context.layer(sources, {dst});
    int64_t rows = 1;
    for (size_t d = 0; d < axis; ++d) {
        rows *= shape[d];
    }
    auto buffers = static_cast<int64_t>(sources.size());
    layer.attributes = {{"bits", bits_of(dst->dtype)}, {"rows", rows}, {"sources", buffers}};
    for (size_t i = 0; i < sources.size(); ++i) {
        const std::vector<uint8_t> table = table_of(context, *sources[i], *dst);
        layer.attributes[numbered("w", i)] = sources[i]->elements() / rows;
        layer.attributes[numbered("t", i)] = table.empty() ? 0 : 1;
        if (!table.empty()) {
            layer.constants[numbered("table", i)] = make_constant(DType::u8, {table_size}, table);
            ++buffers;
        }
    }
    if (buffers > most_buffers) {
        context.report("inputs",
                       fmt::format("{}, {} of them of another scale", sources.size(), buffers - sources.size()),
                       fmt::format("at most {} of both together", most_buffers));
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    std::vector<reference::ConcatSource> sources(src.size());
    for (size_t i = 0; i < src.size(); ++i) {
        sources[i].data = src[i];
        sources[i].width = layer.at(numbered("w", i));
        sources[i].table = has_table(layer, i) ? layer.constants.at(numbered("table", i)).as<uint8_t>() : nullptr;
    }
    reference::concat(layer.at("bits"), layer.at("rows"), sources, dst[0]);
}

PackedLayout packed_layout(const Layer &layer, const std::string &) {
    PackedLayout layout;
    for (size_t i = 0; i < layer.src.size(); ++i) {
        if (has_table(layer, i)) {
            layout.add(numbered("table", i), DType::u8, table_size);
        }
    }
    return layout;
}

void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    for (const PackedArray &array : packed_layout(layer, lowering).arrays) {
        const std::vector<uint8_t> &table = layer.constants.at(array.name).data;
        std::copy(table.begin(), table.end(), packed + array.offset);
    }
}

void randomise(Layer &layer, std::mt19937 &generator) {
    for (size_t i = 0; i < layer.src.size(); ++i) {
        if (has_table(layer, i)) {
            std::vector<uint8_t> table(table_size);
            std::generate(table.begin(), table.end(), [&] { return static_cast<uint8_t>(draw(generator, 0, 255)); });
            layer.constants.emplace(numbered("table", i), make_constant(DType::u8, {table_size}, table));
        }
    }
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t rows;
        std::vector<std::array<int64_t, 2>> sources; ///< width, whether it has a table
        DType dtype = DType::s8;
    };
    static const Sample samples[] = {
        {"channels", 20, {{64, 0}, {33, 0}, {1, 0}}},
        {"batches", 1, {{1000, 0}, {500, 0}}},
        {"narrow", 50, {{3, 0}, {5, 0}}},
        {"one", 4, {{70, 0}}},
        {"u8_tables", 9, {{64, 1}, {40, 0}, {19, 1}}, DType::u8},
        {"u8_copies", 3, {{65, 0}, {2, 0}}, DType::u8},
        {"s16", 6, {{35, 0}, {32, 0}}, DType::s16},
        {"f32", 5, {{3, 0}, {17, 0}}, DType::f32},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = "concat";
        layer.attributes = {{"bits", bits_of(sample.dtype)},
                            {"rows", sample.rows},
                            {"sources", static_cast<int64_t>(sample.sources.size())}};
        int64_t width = 0;
        for (size_t i = 0; i < sample.sources.size(); ++i) {
            layer.attributes[numbered("w", i)] = sample.sources[i][0];
            layer.attributes[numbered("t", i)] = sample.sources[i][1];
            layer.src.push_back({numbered("src", i), sample.dtype, {sample.rows, sample.sources[i][0]}});
            width += sample.sources[i][0];
        }
        layer.dst = {{"dst", sample.dtype, {sample.rows, width}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow concat_row() {
    OperatorRow row;
    row.name = "concat";
    row.lowerings = {"direct"};
    row.legalise = legalise;
    row.reference = run_reference;
    row.macs = [](const Layer &) { return int64_t{0}; };
    row.packed_layout = packed_layout;
    row.pack = pack;
    row.kernel_parameters = [](const Layer &layer, const std::string &) { return layer.attributes; };
    row.sample_layers = sample_layers;
    row.randomise = randomise;
    return row;
}

} // namespace nibble::operators
