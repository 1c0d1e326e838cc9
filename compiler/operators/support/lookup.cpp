// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/lookup.h"

#include <array>
#include <numeric>

#include <fmt/format.h>

#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/window_samples.h"

namespace nibble::operators {
namespace {

constexpr int64_t bytes = 256;

PackedLayout table_layout(const Layer &, const std::string &) {
    PackedLayout layout;
    layout.add("table", DType::u8, bytes);
    return layout;
}

/// The layer with every byte as its source.
Layer of_every_byte(Layer layer) {
    layer.attributes["elements"] = bytes;
    layer.src[0].shape = {bytes};
    layer.dst[0].shape = {bytes};
    return layer;
}

} // namespace

LookupTensors lookup_tensors(LegaliseContext &context) {
    LookupTensors tensors;
    tensors.src = context.activation8(0, -1);
    tensors.dst = context.result8(0, -1);
    if (context.ok()) {
        context.expect_shape(*tensors.dst, tensors.src->shape);
        tensors.src_q = context.quantization(*tensors.src);
        tensors.dst_q = context.quantization(*tensors.dst);
    }
    return tensors;
}

Layer lookup_layer(const LegaliseContext &context, const LookupTensors &tensors, Attributes attributes) {
    Layer layer = context.layer({tensors.src}, {tensors.dst});
    layer.attributes = std::move(attributes);
    layer.attributes["elements"] = tensors.src->elements();
    layer.attributes["u8"] = context.u8();
    return layer;
}

OperatorRow lookup_row(std::string name, decltype(OperatorRow::legalise) legalise,
                       decltype(OperatorRow::reference) reference, decltype(OperatorRow::sample_layers) sample_layers,
                       bool takes_bytes) {
    OperatorRow row = elementwise_row(std::move(name), std::move(legalise), reference, std::move(sample_layers));
    row.kernel = "lookup";
    row.lowerings = {"permute_vbmi", "loads"};
    row.packed_layout = table_layout;
    row.takes_bytes = takes_bytes;
    row.pack = [table = takes_bytes ? std::move(reference) : through_s8_view(std::move(reference))](
                   const Layer &layer, const std::string &, uint8_t *packed) {
        std::array<uint8_t, bytes> every = {};
        std::iota(every.begin(), every.end(), uint8_t{0});
        table(of_every_byte(layer), {every.data()}, {packed});
    };
    row.kernel_parameters = [](const Layer &layer, const std::string &) {
        return Attributes{{"elements", layer.at("elements")}};
    };
    return row;
}

std::vector<Layer> lookup_samples(const char *op, Rounding rounding,
                                  const std::vector<std::pair<int64_t, Attributes>> &elements_and_attributes) {
    std::vector<Layer> layers;
    for (const auto &[elements, attributes] : elements_and_attributes) {
        Layer layer;
        layer.name = fmt::format("elements_{}", elements);
        layer.op = op;
        layer.rounding = rounding;
        layer.attributes = attributes;
        layer.attributes["u8"] = 0;
        layer.attributes["elements"] = elements;
        layer.src = {sample_tensor("src", {elements})};
        layer.dst = {sample_tensor("dst", {elements})};
        layers.push_back(std::move(layer));
    }
    add_u8_samples({layers.back().name}, layers);
    return layers;
}

} // namespace nibble::operators
