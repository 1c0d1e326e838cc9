// softmax_s16: softmax over the last dimension of s16, by two tables.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/softmax_s16.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/s16_legalisers.h"
#include "runtime/reference/quantize_multiplier.h"

namespace nibble::operators {
namespace {

constexpr int64_t most_depth = int64_t{1} << 16; // whose sum fits s32

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const reference::SoftmaxS16 p = {layer.at("rows"), layer.at("depth"), static_cast<int32_t>(layer.at("multiplier")),
                                     static_cast<int32_t>(layer.at("shift"))};
    reference::softmax_s16(p, reference::exponential_table(), reference::reciprocal_table(),
                           static_cast<const int16_t *>(src[0]), static_cast<int16_t *>(dst[0]));
}

PackedLayout packed_layout(const Layer &, const std::string &) {
    PackedLayout layout;
    for (const char *table : {"exponentials", "reciprocals"}) {
        layout.add(table, DType::s16, sizeof(reference::FunctionTable));
    }
    return layout;
}

void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    const PackedLayout layout = packed_layout(layer, lowering);
    const reference::FunctionTable exponentials = reference::exponential_table(),
                                   reciprocals = reference::reciprocal_table();
    std::copy(exponentials.begin(), exponentials.end(), packed_array<int16_t>(layout, "exponentials", packed));
    std::copy(reciprocals.begin(), reciprocals.end(), packed_array<int16_t>(layout, "reciprocals", packed));
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t rows, depth, multiplier, shift;
    };
    static constexpr Sample samples[] = {
        {"classes", 1, 10, 1718013132, -2}, {"one_element", 3, 1, 1718013132, -2}, {"rows", 17, 12, 1518500250, -5},
        {"thousand", 1, 1001, 1 << 30, 0},  {"ragged", 5, 33, 1932735283, 1},      {"flat", 2, 64, 1932735283, -14},
        {"steep", 2, 65, 1518500250, 14},
    };
    std::vector<Layer> layers;
    for (const Sample &s : samples) {
        Layer layer;
        layer.name = s.family;
        layer.op = "softmax_s16";
        layer.rounding = Rounding::double_;
        layer.attributes = {{"rows", s.rows}, {"depth", s.depth}, {"multiplier", s.multiplier}, {"shift", s.shift}};
        layer.src = {{"src", DType::s16, {s.rows, s.depth}}};
        layer.dst = {{"dst", DType::s16, {s.rows, s.depth}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

Layer legalise_softmax_s16(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.take_s16();
    context.expect_rounding(Rounding::double_);
    const Tensor *src = context.activation8(0, -1);
    const Tensor *dst = context.result8(0, -1);
    if (!context.ok()) {
        return {};
    }
    context.expect_shape(*dst, src->shape);
    context.expect_quantization(*dst, 1.0f / 32768, 0);
    const int64_t depth = src->shape.empty() ? 1 : src->shape.back();
    if (depth > most_depth) {
        context.report(*src, "shape", shape_text(src->shape),
                       fmt::format("at most {} elements in the last dimension", most_depth));
    }
    // So that 65,535 arguments of the exponentials' table span 10, in f64 as TFLite has it.
    const double factor = double{context.quantization(*src).scale} * context.attribute("beta").get<double>();
    Layer layer = context.layer({src}, {dst});
    layer.op = "softmax_s16";
    layer.attributes = {{"rows", src->elements() / depth}, {"depth", depth}};
    set_factor(context, *src, factor / (10.0 / 65535.0), "", layer.attributes);
    return layer;
}

OperatorRow softmax_s16_row() {
    OperatorRow row = constant_free_row("softmax_s16", refuse_s16_type, run_reference, sample_layers);
    row.packed_layout = packed_layout;
    row.pack = pack;
    return row;
}

} // namespace nibble::operators
