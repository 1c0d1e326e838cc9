// resize_bilinear: s8 or u8, source and destination quantised alike.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/resize_bilinear.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/resize.h"
#include "compiler/operators/support/u8_view.h"

namespace nibble::operators {
namespace {

/// Positions of s8 are rounded to so few bits that they could leave the source where there are many outputs.
void check_positions(LegaliseContext &context, const Layer &layer, int64_t extent, int64_t outputs) {
    const reference::Resize2d p = resize_parameters(layer);
    const int64_t last = context.u8() != 0 ? reference::bilinear_tap<float>(p, outputs - 1, extent, outputs).lower
                                           : reference::bilinear_tap<int32_t>(p, outputs - 1, extent, outputs).lower;
    if (last >= extent) {
        context.report("output 0", fmt::format("{} pixels from {}, the last of them at {}", outputs, extent, last),
                       "so many that their positions stay inside the source");
    }
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Tensor *src = context.activation8(0, 4);
    const Tensor *dst = context.result8(0, 4);
    if (!context.ok()) {
        return {};
    }
    Layer layer = context.layer({src}, {dst});
    layer.attributes = resize_attributes(context, *src, *dst);
    layer.attributes["u8"] = context.u8();
    if (layer.at("align_corners") != 0 && layer.at("half_pixel_centers") != 0) {
        context.report("attribute 'half_pixel_centers'", "true beside align_corners", "one of the two");
    }
    check_positions(context, layer, layer.at("h"), layer.at("oh"));
    check_positions(context, layer, layer.at("w"), layer.at("ow"));
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::resize_bilinear(resize_parameters(layer), layer.at("u8") != 0, static_cast<const int8_t *>(src[0]),
                               static_cast<int8_t *>(dst[0]));
}

std::vector<Layer> sample_layers() {
    std::vector<Layer> layers = resize_samples("resize_bilinear");
    std::vector<std::string> names;
    for (Layer &layer : layers) {
        layer.attributes["u8"] = 0;
        names.push_back(layer.name);
    }
    add_u8_samples(names, layers);
    return layers;
}

} // namespace

OperatorRow resize_bilinear_row() {
    return constant_free_row("resize_bilinear", legalise, run_reference, sample_layers);
}

} // namespace nibble::operators
