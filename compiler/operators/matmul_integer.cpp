// matmul_integer: products of integer matrices, with zero points that may come at run time; the accumulators come out.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/matmul_integer.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/broadcast.h"
#include "compiler/operators/support/matrices.h"
#include "compiler/operators/support/operands.h"

namespace nibble::operators {
namespace {

const std::vector<std::string> operand_names = {"lhs", "rhs", "lhs_zero", "rhs_zero"};
const Types operand_types = {DType::s8, DType::u8, DType::s16, DType::u16};

/// Adds the operand's zero points: none, one, or one for each of `extent`.
void add_zero(LegaliseContext &context, size_t index, const std::string &operand, const Tensor &of, int64_t extent,
              Layer &layer) {
    layer.attributes[operand + "_zeros"] = 0;
    if (context.input(index) == nullptr) {
        add_zeros(layer, operand + "_zero", of.dtype, 1);
        return;
    }
    const Tensor *zero = context.operand(index, of.dtype, -1);
    if (zero == nullptr) {
        return;
    }
    if (zero->elements() != 1 && zero->elements() != extent) {
        context.report(*zero, "shape", shape_text(zero->shape), fmt::format("1 or {} zero points", extent));
    }
    layer.attributes[operand + "_zeros"] = zero->elements() != 1;
    add_operand(layer, operand + "_zero", *zero);
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Tensor *lhs = context.operand(0, operand_types, -1);
    const Tensor *rhs = context.operand(1, operand_types, -1);
    const Tensor *dst = context.result(0, {DType::s32, DType::s64}, -1);
    if (!context.ok()) {
        return {};
    }
    Layer layer = context.layer({}, {dst});
    legalise_products(context, {*lhs, *rhs, *dst}, false, false, layer.attributes);
    if (!context.ok()) {
        return {};
    }
    set_element("lhs", lhs->dtype, layer.attributes);
    set_element("rhs", rhs->dtype, layer.attributes);
    set_element("dst", dst->dtype, layer.attributes);
    add_operand(layer, "lhs", *lhs);
    add_operand(layer, "rhs", *rhs);
    add_zero(context, 2, "lhs", *lhs, layer.at("m"), layer);
    add_zero(context, 3, "rhs", *rhs, layer.at("n"), layer);
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const auto data = operand_data(layer, operand_names, src);
    reference::MatmulInteger p;
    static_cast<reference::MatrixBatch &>(p) = matrix_batch(layer);
    p.lhs_zeros = layer.at("lhs_zeros") != 0;
    p.rhs_zeros = layer.at("rhs_zeros") != 0;
    p.lhs = element_of(layer, "lhs");
    p.rhs = element_of(layer, "rhs");
    p.dst = element_of(layer, "dst");
    reference::matmul_integer(p, data.at("lhs"), data.at("rhs"), data.at("lhs_zero"), data.at("rhs_zero"), dst[0]);
}

std::vector<int64_t> with_matrix(std::vector<int64_t> batch, int64_t rows, int64_t columns) {
    batch.insert(batch.end(), {rows, columns});
    return batch;
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t m, k, n;
        std::array<int64_t, 3> lhs_batch, rhs_batch;
        bool lhs_zeros, rhs_zeros;
        DType lhs, rhs, dst;
        uint32_t rhs_seed; ///< of a constant right side; 0: it comes at run time
    };
    static constexpr Sample samples[] = {
        {"square", 16, 16, 16, {1, 1, 1}, {1, 1, 1}, false, false, DType::u8, DType::s8, DType::s32, 0},
        {"constant_ragged", 3, 37, 35, {1, 1, 1}, {1, 1, 1}, false, true, DType::u8, DType::u8, DType::s32, 5},
        {"rows", 5, 9, 70, {1, 1, 1}, {1, 1, 1}, true, true, DType::s8, DType::s8, DType::s32, 0},
        {"batches", 2, 4, 3, {2, 1, 3}, {1, 4, 3}, false, false, DType::u8, DType::u8, DType::s32, 0},
        {"wide", 4, 40, 20, {1, 1, 1}, {1, 1, 1}, false, false, DType::u16, DType::u8, DType::s64, 6},
        {"one_column", 30, 65, 1, {1, 1, 1}, {1, 1, 1}, false, false, DType::u8, DType::s8, DType::s32, 0},
    };
    std::vector<Layer> layers;
    for (const Sample &s : samples) {
        Layer layer;
        layer.name = s.family;
        layer.op = "matmul_integer";
        const std::vector<int64_t> lhs_batch(s.lhs_batch.begin(), s.lhs_batch.end());
        const std::vector<int64_t> rhs_batch(s.rhs_batch.begin(), s.rhs_batch.end());
        const Tensor lhs = sample_operand("lhs", s.lhs, with_matrix(lhs_batch, s.m, s.k));
        const Tensor rhs = sample_operand("rhs", s.rhs, with_matrix(rhs_batch, s.k, s.n), s.rhs_seed);
        const std::vector<int64_t> batch = *broadcast_shape(lhs_batch, rhs_batch);
        layer.attributes = {{"m", s.m}, {"k", s.k}, {"n", s.n}};
        set_matrix_batches(lhs_batch, rhs_batch, layer.attributes);
        set_element("lhs", s.lhs, layer.attributes);
        set_element("rhs", s.rhs, layer.attributes);
        set_element("dst", s.dst, layer.attributes);
        layer.attributes["lhs_zeros"] = s.lhs_zeros;
        layer.attributes["rhs_zeros"] = s.rhs_zeros;
        add_operand(layer, "lhs", lhs);
        add_operand(layer, "rhs", rhs);
        add_operand(layer, "lhs_zero", sample_operand("lhs_zero", s.lhs, {s.lhs_zeros ? s.m : 1}));
        add_operand(layer, "rhs_zero", sample_operand("rhs_zero", s.rhs, {s.rhs_zeros ? s.n : 1}, s.rhs_seed));
        layer.dst = {{"dst", s.dst, with_matrix(batch, s.m, s.n)}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow matmul_integer_row() {
    OperatorRow row = operand_row("matmul_integer", operand_names, legalise, run_reference, sample_layers);
    row.macs = matrix_macs;
    return row;
}

} // namespace nibble::operators
