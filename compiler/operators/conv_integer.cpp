// conv_integer: 2-D convolution of integers, with zero points that may come at run time; the accumulators come out.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/conv_integer.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/operands.h"
#include "compiler/operators/support/window.h"
#include "compiler/operators/support/window_samples.h"

namespace nibble::operators {
namespace {

const std::vector<std::string> operand_names = {"src", "wei", "src_zero", "wei_zero", "bia"};
const Types operand_types = {DType::s8, DType::u8, DType::s16, DType::u16};

/// Adds input `index`, of one element or, where `many` is above 1, of so many; zeros where the model has none.
void add_optional(LegaliseContext &context, size_t index, const std::string &name, DType dtype, int64_t many,
                  Layer &layer) {
    if (context.input(index) == nullptr) {
        add_zeros(layer, name, dtype, dtype == DType::s32 ? many : 1);
        return;
    }
    const Tensor *tensor = context.operand(index, dtype, -1);
    if (tensor == nullptr) {
        return;
    }
    if (tensor->elements() != many && (dtype == DType::s32 || tensor->elements() != 1)) {
        context.report(*tensor, "shape", shape_text(tensor->shape), fmt::format("{} elements", many));
    }
    add_operand(layer, name, *tensor);
}

void legalise_shapes(LegaliseContext &context, const Tensor &src, const Tensor &wei, const Tensor &dst, Layer &layer) {
    const auto groups = context.attribute("groups").get<int64_t>();
    const int64_t ci = src.shape[3], co = wei.shape[3];
    if (ci % groups != 0 || co % groups != 0 || wei.shape[2] != ci / groups) {
        context.report(wei, "shape", shape_text(wei.shape),
                       fmt::format("[kh, kw, {} / {}, co] with co a multiple of {}", ci, groups, groups));
        return;
    }
    layer.attributes = {{"n", src.shape[0]}, {"ci", ci}, {"co", co}, {"groups", groups}};
    legalise_windows(context, src, dst, wei.shape[0], wei.shape[1], true, layer.attributes);
    context.expect_shape(dst, {src.shape[0], dst.shape[1], dst.shape[2], co});
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const Tensor *src = context.operand(0, operand_types, 4);
    const Tensor *wei = context.operand(1, operand_types, 4);
    const Tensor *dst = context.result(0, {DType::s32, DType::s64}, 4);
    if (!context.ok()) {
        return {};
    }
    Layer layer = context.layer({}, {dst});
    legalise_shapes(context, *src, *wei, *dst, layer);
    if (!context.ok()) {
        return {};
    }
    set_element("src", src->dtype, layer.attributes);
    set_element("wei", wei->dtype, layer.attributes);
    set_element("dst", dst->dtype, layer.attributes);
    const int64_t co = layer.at("co");
    add_operand(layer, "src", *src);
    add_operand(layer, "wei", *wei);
    add_optional(context, 2, "src_zero", src->dtype, 1, layer);
    add_optional(context, 3, "wei_zero", wei->dtype, co, layer);
    add_optional(context, 4, "bia", DType::s32, co, layer);
    layer.attributes["wei_zeros"] = context.input(3) != nullptr && context.input(3)->elements() != 1;
    return layer;
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const auto data = operand_data(layer, operand_names, src);
    reference::ConvInteger p;
    set_dilated_convolution(layer, p);
    p.groups = layer.at("groups");
    p.wei_zeros = layer.at("wei_zeros") != 0;
    p.src = element_of(layer, "src");
    p.wei = element_of(layer, "wei");
    p.dst = element_of(layer, "dst");
    reference::conv_integer(p, data.at("src"), data.at("wei"), data.at("src_zero"), data.at("wei_zero"),
                            static_cast<const int32_t *>(data.at("bia")), dst[0]);
}

int64_t macs(const Layer &layer) {
    const int64_t pixels = layer.at("n") * layer.at("oh") * layer.at("ow");
    return pixels * layer.at("co") * layer.at("kh") * layer.at("kw") * layer.at("ci") / layer.at("groups");
}

std::vector<Layer> sample_layers() {
    struct Sample {
        WindowSample window;
        DType src, wei, dst;
        bool wei_zeros, bia;
        uint32_t seed; ///< of constant weights, their zero points and the bias; 0: they come at run time
    };
    static constexpr Sample samples[] = {
        {{"padded", {1, 3, 3, 1}, 2, {2, 2}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
         DType::u8,
         DType::u8,
         DType::s32,
         true,
         false,
         0},
        {{"constant", {1, 7, 6, 5}, 33, {3, 3}, {2, 1}, {1, 1}, {1, 0, 1, 2}},
         DType::u8,
         DType::s8,
         DType::s32,
         true,
         true,
         4},
        {{"dilated", {2, 8, 8, 3}, 16, {2, 3}, {1, 1}, {2, 2}, {0, 2, 1, 2}},
         DType::s8,
         DType::s8,
         DType::s32,
         false,
         false,
         0},
        {{"groups", {1, 5, 5, 8}, 12, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 0, 4},
         DType::u8,
         DType::u8,
         DType::s32,
         true,
         false,
         9},
        {{"wide", {1, 4, 4, 20}, 24, {1, 1}}, DType::u16, DType::u8, DType::s64, false, false, 7},
    };
    std::vector<Layer> layers;
    for (const Sample &s : samples) {
        const WindowSample &window = s.window;
        const auto [n, h, w, ci] = window.src;
        const int64_t co = window.channels;
        Layer layer;
        layer.name = window.family;
        layer.op = "conv_integer";
        layer.attributes = window_attributes(window);
        layer.attributes.insert({{"ci", ci}, {"co", co}, {"groups", window.groups}, {"wei_zeros", s.wei_zeros}});
        set_element("src", s.src, layer.attributes);
        set_element("wei", s.wei, layer.attributes);
        set_element("dst", s.dst, layer.attributes);
        add_operand(layer, "src", sample_operand("src", s.src, {n, h, w, ci}));
        add_operand(layer, "wei",
                    sample_operand("wei", s.wei, {window.kernel[0], window.kernel[1], ci / window.groups, co}, s.seed));
        add_operand(layer, "src_zero", sample_operand("src_zero", s.src, {1}));
        add_operand(layer, "wei_zero", sample_operand("wei_zero", s.wei, {s.wei_zeros ? co : 1}, s.seed));
        if (s.bia) {
            add_operand(layer, "bia", sample_operand("bia", DType::s32, {co}, s.seed));
        } else {
            add_zeros(layer, "bia", DType::s32, co);
        }
        layer.dst = {{"dst", s.dst, {n, layer.at("oh"), layer.at("ow"), co}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow conv_integer_row() {
    OperatorRow row = operand_row("conv_integer", operand_names, legalise, run_reference, sample_layers);
    row.macs = macs;
    return row;
}

} // namespace nibble::operators
