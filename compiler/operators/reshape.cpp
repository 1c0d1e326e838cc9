// reshape: the same bytes under another shape.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/reshape.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/window_samples.h"

namespace nibble::operators {
namespace {

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Tensor *dst = context.output(0);
    const Tensor *src = context.activation(0, dst->dtype, -1);
    if (src != nullptr && src->elements() != dst->elements()) {
        context.report(*dst, "shape", shape_text(dst->shape), fmt::format("{} elements", src->elements()));
    }
    if (!context.ok()) {
        return {};
    }
    Layer layer = context.layer({src}, {dst});
    layer.attributes = {{"bytes", layer.dst[0].bytes()}};
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::reshape({layer.at("bytes")}, src[0], dst[0]);
}

std::vector<Layer> sample_layers() {
    std::vector<Layer> layers;
    for (const int64_t bytes : {1, 63, 64, 65, 1000}) {
        Layer layer;
        layer.name = fmt::format("bytes_{}", bytes);
        layer.op = "reshape";
        layer.attributes = {{"bytes", bytes}};
        layer.src = {sample_tensor("src", {1, 1, 1, bytes})};
        layer.dst = {sample_tensor("dst", {1, bytes})};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow reshape_row() { return constant_free_row("reshape", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
