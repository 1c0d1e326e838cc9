// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/scale_places.h"

#include <numeric>

#include <nlohmann/json.hpp>

#include "compiler/operators/support/operands.h"

namespace nibble::operators {
namespace {

int64_t product(const std::vector<int64_t> &shape, size_t begin, size_t end) {
    return std::accumulate(shape.begin() + static_cast<std::ptrdiff_t>(begin),
                           shape.begin() + static_cast<std::ptrdiff_t>(end), int64_t{1}, std::multiplies<>());
}

} // namespace

void set_scale_places(const reference::ScalePlaces &places, Attributes &attributes) {
    attributes["outer"] = places.outer;
    attributes["channels"] = places.channels;
    attributes["inner"] = places.inner;
    attributes["block"] = places.block;
    attributes["scale_outer"] = places.scale_outer;
    attributes["scale_channels"] = places.scale_channels;
    attributes["scale_inner"] = places.scale_inner;
}

reference::ScalePlaces scale_places_of(const Layer &layer) {
    return {layer.at("outer"),       layer.at("channels"),       layer.at("inner"),      layer.at("block"),
            layer.at("scale_outer"), layer.at("scale_channels"), layer.at("scale_inner")};
}

namespace {

/// Attributes `axis` and `block_size` of a model's operator as extents of a layer; reports scales that do not fit the
/// tensor, and zero points (null: none) of another shape.
void legalise_scale_places(LegaliseContext &context, const Tensor &src, const Tensor &scale, const Tensor *zero,
                           Attributes &attributes) {
    if (zero != nullptr && zero->elements() != scale.elements()) {
        context.report(*zero, "shape", shape_text(zero->shape), "that of the scales, " + shape_text(scale.shape));
    }
    const auto axis = context.attribute("axis").get<size_t>(), rank = src.shape.size();
    const auto block = context.attribute("block_size").get<int64_t>();
    reference::ScalePlaces places;
    if (scale.elements() == 1 && block == 0) {
        places.inner = src.elements();
        set_scale_places(places, attributes);
        return;
    }
    if (axis >= rank) {
        context.report("attribute 'axis'", std::to_string(axis), "a dimension of " + shape_text(src.shape));
        return;
    }
    places.outer = product(src.shape, 0, axis);
    places.channels = src.shape[axis];
    places.inner = product(src.shape, axis + 1, rank);
    std::vector<int64_t> expected = {places.channels};
    places.scale_channels = places.channels;
    if (block != 0) {
        expected = src.shape;
        expected[axis] = (places.channels + block - 1) / block;
        places.block = block;
        places.scale_outer = places.outer;
        places.scale_channels = expected[axis];
        places.scale_inner = places.inner;
    }
    context.expect_shape(scale, expected);
    set_scale_places(places, attributes);
}

} // namespace

Layer scaled_layer(LegaliseContext &context, const ScaledTensors &tensors, const std::string &integers, DType type) {
    const Tensor *zero = context.input(2) == nullptr ? nullptr : context.operand(2, type, -1);
    context.expect_shape(tensors.dst, tensors.src.shape);
    Layer layer = context.layer({}, {&tensors.dst});
    legalise_scale_places(context, tensors.src, tensors.scale, zero, layer.attributes);
    if (!context.ok()) {
        return {};
    }
    set_element(integers, type, layer.attributes);
    add_operand(layer, "src", tensors.src);
    add_operand(layer, "scale", tensors.scale);
    if (zero != nullptr) {
        add_operand(layer, "zero", *zero);
    } else {
        add_zeros(layer, "zero", type, tensors.scale.elements());
    }
    return layer;
}

} // namespace nibble::operators
