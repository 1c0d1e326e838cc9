// requantize_linear: accumulators to integers of 8 or 16 bits, with scales that may come at run time.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/requantize_linear.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/operands.h"

namespace nibble::operators {
namespace {

const std::vector<std::string> operand_names = {"src", "lhs_scale", "rhs_scale", "dst_scale", "zero"};

/// Whether there is one for each of `extent`; reports another number than that and 1.
bool is_one_each(LegaliseContext &context, const Tensor &scale, int64_t extent) {
    if (scale.elements() != 1 && scale.elements() != extent) {
        context.report(scale, "shape", shape_text(scale.shape), fmt::format("1 or {} scales", extent));
    }
    return scale.elements() != 1;
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::float_);
    const Tensor *src = context.operand(0, {DType::s32, DType::s64}, -1);
    const Tensor *lhs_scale = context.operand(1, {DType::f16, DType::f32}, -1);
    const Tensor *dst = context.result(0, {DType::s8, DType::u8, DType::s16, DType::u16}, -1);
    if (!context.ok()) {
        return {};
    }
    const Tensor *rhs_scale = context.operand(2, lhs_scale->dtype, -1);
    const Tensor *dst_scale = context.operand(3, lhs_scale->dtype, -1);
    const Tensor *zero = context.input(4) == nullptr ? nullptr : context.operand(4, dst->dtype, -1);
    context.expect_shape(*dst, src->shape);
    if (src->shape.empty()) {
        context.report(*src, "shape", "[]", "at least one dimension");
    }
    if (!context.ok()) {
        return {};
    }
    const int64_t n = src->shape.back(), rows = src->elements() / n;
    Layer layer = context.layer({}, {dst});
    layer.attributes = {{"rows", rows},
                        {"n", n},
                        {"lhs_rows", is_one_each(context, *lhs_scale, rows)},
                        {"rhs_columns", is_one_each(context, *rhs_scale, n)}};
    is_one_each(context, *dst_scale, 1);
    set_element("src", src->dtype, layer.attributes);
    set_element("scale", lhs_scale->dtype, layer.attributes);
    set_element("dst", dst->dtype, layer.attributes);
    add_operand(layer, "src", *src);
    add_operand(layer, "lhs_scale", *lhs_scale);
    add_operand(layer, "rhs_scale", *rhs_scale);
    add_operand(layer, "dst_scale", *dst_scale);
    if (zero != nullptr) {
        is_one_each(context, *zero, 1);
        add_operand(layer, "zero", *zero);
    } else {
        add_zeros(layer, "zero", dst->dtype, 1);
    }
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const auto data = operand_data(layer, operand_names, src);
    reference::RequantizeLinear p;
    p.rows = layer.at("rows");
    p.n = layer.at("n");
    p.lhs_rows = layer.at("lhs_rows") != 0;
    p.rhs_columns = layer.at("rhs_columns") != 0;
    p.src = element_of(layer, "src");
    p.scale = element_of(layer, "scale");
    p.dst = element_of(layer, "dst");
    reference::requantize_linear(p, data.at("src"), data.at("lhs_scale"), data.at("rhs_scale"), data.at("dst_scale"),
                                 data.at("zero"), dst[0]);
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t rows, n;
        bool lhs_rows, rhs_columns;
        DType src, scale, dst;
        bool constant; ///< scales and zero point
    };
    static constexpr Sample samples[] = {
        {"columns", 7, 33, false, true, DType::s32, DType::f32, DType::s8, false},
        {"constant_columns", 9, 16, false, true, DType::s32, DType::f32, DType::u8, true},
        {"rows", 5, 20, true, false, DType::s32, DType::f32, DType::u8, false},
        {"halves", 3, 5, false, true, DType::s32, DType::f16, DType::s8, false},
        {"wide", 4, 30, false, true, DType::s64, DType::f32, DType::u16, true},
        {"one", 1, 1, false, false, DType::s32, DType::f32, DType::s16, false},
    };
    std::vector<Layer> layers;
    for (const Sample &s : samples) {
        Layer layer;
        layer.name = s.family;
        layer.op = "requantize_linear";
        layer.rounding = Rounding::float_;
        layer.attributes = {{"rows", s.rows}, {"n", s.n}, {"lhs_rows", s.lhs_rows}, {"rhs_columns", s.rhs_columns}};
        set_element("src", s.src, layer.attributes);
        set_element("scale", s.scale, layer.attributes);
        set_element("dst", s.dst, layer.attributes);
        add_operand(layer, "src", sample_operand("src", s.src, {s.rows, s.n}));
        const auto add_scale = [&](const char *name, int64_t count, float constant) {
            const std::vector<float> scales(static_cast<size_t>(count), constant);
            add_operand(layer, name, s.constant ? sample_floats(name, scales) : sample_operand(name, s.scale, {count}));
        };
        add_scale("lhs_scale", s.lhs_rows ? s.rows : 1, 0.0003f);
        add_scale("rhs_scale", s.rhs_columns ? s.n : 1, 0.00007f);
        add_scale("dst_scale", 1, 0.5f);
        add_operand(layer, "zero", sample_operand("zero", s.dst, {1}, s.constant ? 3 : 0));
        layer.dst = {{"dst", s.dst, {s.rows, s.n}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow requantize_linear_row() {
    return operand_row("requantize_linear", operand_names, legalise, run_reference, sample_layers);
}

} // namespace nibble::operators
