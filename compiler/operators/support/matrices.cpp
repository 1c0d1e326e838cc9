// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/matrices.h"

#include <string>

#include <fmt/format.h>

#include "compiler/operators/support/broadcast.h"

namespace nibble::operators {
namespace {

using Shape = std::vector<int64_t>;

constexpr size_t most_batch_dimensions = 3;

Shape batch_of(const Shape &shape) { return {shape.begin(), shape.end() - 2}; }

/// Sets <prefix>0 to <prefix>2, outermost first, filled up with ones.
void set_batch(const std::string &prefix, const Shape &batch, Attributes &attributes) {
    for (size_t i = 0; i < most_batch_dimensions; ++i) {
        const size_t absent = most_batch_dimensions - batch.size();
        attributes[fmt::format("{}{}", prefix, i)] = i < absent ? 1 : batch[i - absent];
    }
}

std::array<int64_t, 3> batch(const Layer &layer, const std::string &prefix) {
    return {layer.at(prefix + "0"), layer.at(prefix + "1"), layer.at(prefix + "2")};
}

int64_t matrices(const Layer &layer, const std::string &prefix) {
    const auto extents = batch(layer, prefix);
    return extents[0] * extents[1] * extents[2];
}

} // namespace

void legalise_products(LegaliseContext &context, const MatrixTensors &tensors, bool adj_x, bool adj_y,
                       Attributes &attributes) {
    const Tensor &lhs = tensors.lhs, &rhs = tensors.rhs;
    for (const Tensor *tensor : {&lhs, &rhs}) {
        if (tensor->shape.size() < 2 || tensor->shape.size() > most_batch_dimensions + 2) {
            context.report(*tensor, "shape", shape_text(tensor->shape), "2 to 5 dimensions");
            return;
        }
    }
    const auto inner = [](const Tensor &tensor, bool last) {
        return tensor.shape[tensor.shape.size() - (last ? 1 : 2)];
    };
    const int64_t m = inner(lhs, adj_x), k = inner(lhs, !adj_x), n = inner(rhs, !adj_y);
    if (inner(rhs, adj_y) != k) {
        context.report(rhs, "shape", shape_text(rhs.shape), fmt::format("{} rows to multiply with", k));
        return;
    }
    const auto batch = broadcast_shape(batch_of(lhs.shape), batch_of(rhs.shape));
    if (!batch) {
        context.report(rhs, "shape", shape_text(rhs.shape),
                       fmt::format("a batch that broadcasts with {} of tensor '{}'", shape_text(lhs.shape), lhs.name));
        return;
    }
    Shape expected = *batch;
    expected.insert(expected.end(), {m, n});
    context.expect_shape(tensors.dst, expected);
    attributes["m"] = m;
    attributes["k"] = k;
    attributes["n"] = n;
    set_matrix_batches(batch_of(lhs.shape), batch_of(rhs.shape), attributes);
}

void legalise_matrices(LegaliseContext &context, const MatrixTensors &tensors, Attributes &attributes) {
    const auto adj_x = context.attribute("adj_x").get<bool>(), adj_y = context.attribute("adj_y").get<bool>();
    legalise_products(context, tensors, adj_x, adj_y, attributes);
    attributes["adj_x"] = adj_x;
    attributes["adj_y"] = adj_y;
}

void set_matrix_batches(const Shape &lhs, const Shape &rhs, Attributes &attributes) {
    set_batch("d", *broadcast_shape(lhs, rhs), attributes);
    set_batch("a", lhs, attributes);
    set_batch("b", rhs, attributes);
}

reference::MatrixBatch matrix_batch(const Layer &layer) {
    const auto is_set = [&layer](const char *key) {
        const auto found = layer.attributes.find(key);
        return found != layer.attributes.end() && found->second != 0;
    };
    return {batch(layer, "d"), batch(layer, "a"), batch(layer, "b"), layer.at("m"),
            layer.at("k"),     layer.at("n"),     is_set("adj_x"),   is_set("adj_y")};
}

int64_t products(const Layer &layer) { return matrices(layer, "d"); }

int64_t matrix_macs(const Layer &layer) { return products(layer) * layer.at("m") * layer.at("k") * layer.at("n"); }

Shape lhs_shape(const Layer &layer) { return {matrices(layer, "a"), layer.at("m"), layer.at("k")}; }

Shape rhs_shape(const Layer &layer) { return {matrices(layer, "b"), layer.at("k"), layer.at("n")}; }

} // namespace nibble::operators
