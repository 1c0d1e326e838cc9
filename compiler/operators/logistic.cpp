// logistic: s8 or u8 to probabilities, by a table.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/logistic.h"

#include "compiler/operators/rows.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/lookup.h"
#include "runtime/reference/float_bits.h"

namespace nibble::operators {
namespace {

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const LookupTensors tensors = lookup_tensors(context);
    if (!context.ok()) {
        return {};
    }
    context.expect_quantization(*tensors.dst, 1.0f / 256, -128);
    return lookup_layer(
        context, tensors,
        {{"src_scale_bits", reference::bits_of_float(tensors.src_q.scale)}, {"src_zero", tensors.src_q.zero_point}});
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    reference::Logistic p;
    p.elements = layer.at("elements");
    p.src_scale_bits = static_cast<uint32_t>(layer.at("src_scale_bits"));
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    reference::logistic(p, static_cast<const int8_t *>(src[0]), static_cast<int8_t *>(dst[0]));
}

Attributes sample(float scale, int64_t zero) {
    return {{"src_scale_bits", reference::bits_of_float(scale)}, {"src_zero", zero}};
}

std::vector<Layer> sample_layers() {
    return lookup_samples("logistic", Rounding::none,
                          {{1, sample(0.1f, 0)}, {63, sample(1.0f, -128)}, {1001, sample(0.0235f, 3)}});
}

} // namespace

OperatorRow logistic_row() { return lookup_row("logistic", legalise, run_reference, sample_layers); }

} // namespace nibble::operators
