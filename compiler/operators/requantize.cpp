// requantize: s8, u8, s16 or s32 to one of these, of another scale and zero point.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/requantize.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/legalise_context.h"
#include "runtime/reference/quantize_multiplier.h"

namespace nibble::operators {
namespace {

/// 255 << 22 is the last difference of two s8 values to fit s32, 65535 << 14 that of two s16 values. s32 values come
/// with zero point 0.
int most_left_shift(DType src) { return src == DType::s32 ? 0 : src == DType::s16 ? 14 : 22; }

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::double_);
    const Tensor *src = context.activation(0, {DType::s8, DType::u8, DType::s16, DType::s32}, -1);
    const Tensor *dst = context.result(0, {DType::s8, DType::u8, DType::s16, DType::s32}, -1);
    if (!context.ok()) {
        return {};
    }
    context.expect_shape(*dst, src->shape);
    const TensorQuantization src_q = context.quantization(*src);
    const TensorQuantization dst_q = context.quantization(*dst);
    const double factor = double{src_q.scale} / double{dst_q.scale};
    const auto quantised = reference::quantize_multiplier(factor);
    if (quantised.shift > most_left_shift(src->dtype)) {
        context.report(*dst, "scale", fmt::format("{} for a source of scale {}", dst_q.scale, src_q.scale),
                       fmt::format("at least the source's / 2^{}", most_left_shift(src->dtype)));
    }
    if (src->dtype == DType::s32 && src_q.zero_point != 0) {
        context.report(*src, "zero_point", std::to_string(src_q.zero_point), "0, as s32 values have it");
    }
    Layer layer = context.layer({src}, {dst});
    layer.attributes = {
        {"src_u8", src->dtype == DType::u8}, {"dst_u8", dst->dtype == DType::u8}, {"src_bits", bits_of(src->dtype)},
        {"dst_bits", bits_of(dst->dtype)},   {"elements", src->elements()},       {"multiplier", quantised.multiplier},
        {"shift", quantised.shift},          {"src_zero", src_q.zero_point},      {"dst_zero", dst_q.zero_point}};
    return layer;
}

template <typename Src>
void run(const Layer &layer, const reference::Requantize &p, const void *src, void *dst) {
    const auto *elements = static_cast<const Src *>(src);
    if (layer.at("dst_bits") == 32) {
        reference::requantize(p, elements, static_cast<int32_t *>(dst));
    } else if (layer.at("dst_bits") == 16) {
        reference::requantize(p, elements, static_cast<int16_t *>(dst));
    } else {
        reference::requantize(p, elements, static_cast<int8_t *>(dst));
    }
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Requantize p;
    p.elements = layer.at("elements");
    p.multiplier = static_cast<int32_t>(layer.at("multiplier"));
    p.shift = static_cast<int32_t>(layer.at("shift"));
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    p.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    const int64_t bits = layer.at("src_bits");
    (bits == 32 ? run<int32_t> : bits == 16 ? run<int16_t> : run<int8_t>)(layer, p, src[0], dst[0]);
}

std::vector<Layer> sample_layers() {
    struct Sample {
        int64_t elements, multiplier, shift, src_zero, dst_zero;
        DType src = DType::s8, dst = DType::s8;
    };
    static constexpr Sample samples[] = {
        {1, 1 << 30, 1, 0, 0},
        {63, 1 << 30, 0, -128, 127},
        {64, 1518500250, 0, 3, -9},
        {65, 1073741825, 2, -128, -128},
        {1000, 1932735283, -3, 5, 7},
        {257, 2147483647, 5, 127, -1},
        {66, 1518500250, 0, 3, -9, DType::u8, DType::u8},
        {67, 1 << 30, 1, 0, 0, DType::u8, DType::s8},
        {999, 1932735283, -3, 5, 7, DType::s8, DType::u8},
        {68, 1451698946, -6, 0, -128, DType::s16, DType::s8},
        {100, 1932735283, -8, 300, 7, DType::s16, DType::u8},
        {69, 1073746000, 0, -32768, 0, DType::s16, DType::s32},
        {70, 1932735283, 14, 25, -9, DType::s16, DType::s32},
        {71, 1932735283, 9, -3, 1000000, DType::s8, DType::s32},
        {72, 1932735283, -3, 77, -5, DType::u8, DType::s32},
        {73, 1451698946, 1, 0, 0, DType::s16, DType::s16},
        {1001, 1932735283, -3, -300, 20000, DType::s16, DType::s16},
        {74, 1073746000, 8, -7, 0, DType::s8, DType::s16},
        {75, 1932735283, 22, 77, -5, DType::u8, DType::s16},
        {76, 1518500250, -16, 0, 0, DType::s32, DType::s16},
        {77, 1073746000, 0, 0, -128, DType::s32, DType::s8},
        {78, 1932735283, -31, 0, 3, DType::s32, DType::s32},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        Layer layer;
        layer.name = fmt::format("elements_{}", sample.elements);
        layer.op = "requantize";
        layer.rounding = Rounding::double_;
        layer.attributes = {{"src_u8", sample.src == DType::u8},
                            {"dst_u8", sample.dst == DType::u8},
                            {"src_bits", bits_of(sample.src)},
                            {"dst_bits", bits_of(sample.dst)},
                            {"elements", sample.elements},
                            {"multiplier", sample.multiplier},
                            {"shift", sample.shift},
                            {"src_zero", sample.src_zero},
                            {"dst_zero", sample.dst_zero}};
        layer.src = {{"src", sample.src, {sample.elements}}};
        layer.dst = {{"dst", sample.dst, {sample.elements}}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

OperatorRow requantize_row() {
    OperatorRow row = elementwise_row("requantize", legalise, run_reference, sample_layers);
    row.lowerings = {"direct", "high_bytes_i16", "pairs_u8s8"};
    return row;
}

} // namespace nibble::operators
