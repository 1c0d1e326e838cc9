// tanh: s8 or u8, by a table.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/tanh.h"

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/lookup.h"
#include "runtime/reference/float_bits.h"

namespace nibble::operators {
namespace {

/// A 1 is at most so many steps: beyond, quantised results would leave s32.
constexpr float least_scale = 0x1p-30f;

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const LookupTensors tensors = lookup_tensors(context);
    if (!context.ok()) {
        return {};
    }
    if (tensors.dst_q.scale < least_scale) {
        context.report(*tensors.dst, "scale", fmt::format("{}", tensors.dst_q.scale), "at least 2^-30");
    }
    return lookup_layer(context, tensors,
                        {{"src_scale_bits", reference::bits_of_float(tensors.src_q.scale)},
                         {"src_zero", tensors.src_q.zero_point},
                         {"dst_scale_bits", reference::bits_of_float(tensors.dst_q.scale)},
                         {"dst_zero", tensors.dst_q.zero_point}});
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Tanh p;
    p.elements = layer.at("elements");
    p.src_scale_bits = static_cast<uint32_t>(layer.at("src_scale_bits"));
    p.dst_scale_bits = static_cast<uint32_t>(layer.at("dst_scale_bits"));
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    p.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    reference::tanh(p, static_cast<const int8_t *>(src[0]), static_cast<int8_t *>(dst[0]));
}

Attributes sample(float src_scale, int64_t src_zero, float dst_scale, int64_t dst_zero) {
    return {{"src_scale_bits", reference::bits_of_float(src_scale)},
            {"src_zero", src_zero},
            {"dst_scale_bits", reference::bits_of_float(dst_scale)},
            {"dst_zero", dst_zero}};
}

std::vector<Layer> sample_layers() {
    return lookup_samples("tanh", Rounding::none,
                          {{1, sample(0.1f, 0, 1.0f / 128, 0)},
                           {65, sample(1.0f, -128, 0.005f, 17)},
                           {1000, sample(0.0235f, 3, 1.0f / 128, 0)}});
}

} // namespace

OperatorRow tanh_row() { return lookup_row("tanh", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
