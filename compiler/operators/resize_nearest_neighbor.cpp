// resize_nearest_neighbor: images of whole bytes.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/resize_nearest_neighbor.h"

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/movers.h"
#include "compiler/operators/support/resize.h"

namespace nibble::operators {
namespace {

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const auto [src, dst] = moved_tensors(context);
    if (!context.ok()) {
        return {};
    }
    Layer layer = context.layer({src}, {dst});
    layer.attributes = resize_attributes(context, *src, *dst);
    layer.attributes["bits"] = bits_of(src->dtype);
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Resize2d p = resize_parameters(layer);
    p.bits = layer.at("bits");
    reference::resize_nearest_neighbor(p, src[0], dst[0]);
}

std::vector<Layer> sample_layers() {
    std::vector<Layer> layers = resize_samples("resize_nearest_neighbor");
    layers.push_back(layers[1]);
    layers.back().name = "s16_uneven";
    layers.back().src[0].dtype = layers.back().dst[0].dtype = DType::s16;
    for (Layer &layer : layers) {
        layer.attributes["bits"] = bits_of(layer.src[0].dtype);
    }
    return layers;
}

} // namespace

OperatorRow resize_nearest_neighbor_row() {
    return constant_free_row("resize_nearest_neighbor", legalise, run_reference, sample_layers);
}

} // namespace nibble::operators
