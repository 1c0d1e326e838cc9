// transpose: a permutation of the dimensions of a tensor of whole bytes.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/transpose.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/movers.h"

namespace nibble::operators {
namespace {

constexpr size_t rank = strided_rank;

/// Sets s0-s5 and p0-p5, dimensions of 1 before those that there are.
void set_dimensions(const std::vector<int64_t> &shape, const std::vector<int64_t> &permutation,
                    Attributes &attributes) {
    const size_t before = rank - shape.size();
    for (size_t d = 0; d < rank; ++d) {
        const bool is_added = d < before;
        attributes[dimension_name('s', d)] = is_added ? 1 : shape[d - before];
        attributes[dimension_name('p', d)] =
            static_cast<int64_t>(is_added ? d : before + static_cast<size_t>(permutation[d - before]));
    }
}

bool is_permutation_of(const std::vector<int64_t> &permutation, size_t dimensions) {
    std::vector<int64_t> sorted = permutation, all(dimensions);
    std::sort(sorted.begin(), sorted.end());
    std::iota(all.begin(), all.end(), 0);
    return sorted == all;
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const auto [src, dst] = moved_tensors(context);
    if (!context.ok()) {
        return {};
    }
    const auto permutation = context.attribute("permutation").get<std::vector<int64_t>>();
    if (src->shape.size() > rank) {
        context.report(*src, "shape", shape_text(src->shape), fmt::format("at most {} dimensions", rank));
    }
    if (!is_permutation_of(permutation, src->shape.size())) {
        context.report("attribute 'permutation'", context.attribute("permutation").dump(),
                       fmt::format("each dimension of {} once", shape_text(src->shape)));
        return {};
    }
    std::vector<int64_t> permuted;
    for (const int64_t d : permutation) {
        permuted.push_back(src->shape[static_cast<size_t>(d)]);
    }
    context.expect_shape(*dst, permuted);
    if (!context.ok()) {
        return {};
    }
    Layer layer = context.layer({src}, {dst});
    layer.attributes["bits"] = bits_of(src->dtype);
    set_dimensions(src->shape, permutation, layer.attributes);
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Transpose p;
    p.bits = layer.at("bits");
    read_dimensions(layer, 's', p.src);
    read_dimensions(layer, 'p', p.permutation);
    reference::transpose(p, src[0], dst[0]);
}

Attributes kernel_parameters(const Layer &layer, const std::string &) {
    int64_t extent[rank], permutation[rank], stride[rank];
    read_dimensions(layer, 's', extent);
    read_dimensions(layer, 'p', permutation);
    for (size_t d = rank; d > 0; --d) {
        stride[d - 1] = d == rank ? 1 : stride[d] * extent[d];
    }
    std::vector<StridedDimension> dimensions;
    for (const int64_t d : permutation) {
        dimensions.push_back({extent[d], stride[d]});
    }
    return strided_copy(layer.at("bits"), dimensions);
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        std::vector<int64_t> shape, permutation;
        DType dtype = DType::s8;
    };
    static const Sample samples[] = {
        {"matrix", {37, 70}, {1, 0}},
        {"whole_tiles", {64, 128}, {1, 0}},
        {"rows", {16, 28, 38}, {1, 0, 2}},
        {"nhwc_to_nchw", {2, 5, 6, 17}, {0, 3, 1, 2}},
        {"nchw_to_nhwc", {1, 20, 7, 5}, {0, 2, 3, 1}},
        {"reversed", {2, 3, 4, 5, 6, 7}, {5, 4, 3, 2, 1, 0}},
        {"same", {3, 1, 50}, {1, 0, 2}},
        {"u8_pixels", {6, 11, 3}, {2, 0, 1}, DType::u8},
        {"s16_matrix", {19, 21}, {1, 0}, DType::s16},
        {"f32_rows", {3, 4, 5}, {1, 2, 0}, DType::f32},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = sample.family;
        layer.op = "transpose";
        layer.attributes["bits"] = bits_of(sample.dtype);
        set_dimensions(sample.shape, sample.permutation, layer.attributes);
        layer.src = {{"src", sample.dtype, sample.shape}};
        layer.dst = {{"dst", sample.dtype, {layer.src[0].elements()}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow transpose_row() {
    OperatorRow row = constant_free_row("transpose", legalise, run_reference, sample_layers);
    row.kernel_parameters = kernel_parameters;
    return row;
}

} // namespace nibble::operators
