// lookup: bytes to bytes by a table that the model has.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/lookup.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/lookup.h"
#include "compiler/operators/support/operands.h"

namespace nibble::operators {
namespace {

constexpr int64_t bytes = 256;

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Types types = {DType::s8, DType::u8};
    const Tensor *src = context.activation(0, types, -1);
    const Tensor *table = context.constant(1, types, 1);
    const Tensor *dst = context.result(0, types, -1);
    if (!context.ok()) {
        return {};
    }
    context.expect_shape(*dst, src->shape);
    context.expect_shape(*table, {bytes});
    Layer layer = context.layer({src}, {dst});
    layer.attributes = {{"elements", src->elements()}};
    layer.constants["table"] = {DType::u8, {bytes}, table->data};
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::lookup({layer.at("elements")}, static_cast<const uint8_t *>(src[0]),
                      layer.constants.at("table").as<uint8_t>(), static_cast<uint8_t *>(dst[0]));
}

std::vector<Layer> sample_layers() {
    std::vector<Layer> layers;
    for (const int64_t elements : {1, 64, 301}) {
        Layer layer;
        layer.name = fmt::format("elements_{}", elements);
        layer.op = "lookup";
        layer.attributes = {{"elements", elements}};
        layer.src = {{"src", DType::u8, {elements}}};
        layer.dst = {{"dst", DType::s8, {elements}}};
        layer.constants["table"] = {DType::u8, {bytes}, sample_operand("table", DType::u8, {bytes}, 1).data};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow lookup_row() { return lookup_row("lookup", legalise, run_reference, sample_layers, true); }

} // namespace nibble::operators
