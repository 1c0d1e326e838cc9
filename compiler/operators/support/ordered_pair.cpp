// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/ordered_pair.h"

#include "compiler/operators/support/s16_samples.h"
#include "compiler/operators/support/u8_view.h"

namespace nibble::operators {
namespace {

void expect_quantization(LegaliseContext &context, const Tensor &tensor, const Tensor &first) {
    const TensorQuantization q = context.quantization(tensor), expected = context.quantization(first);
    if (context.ok() && (q.scale != expected.scale || q.zero_point != expected.zero_point)) {
        context.report(tensor, "quantization", quantization_text(tensor),
                       "the first source's, " + quantization_text(first));
    }
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    const BinaryTensors tensors = binary_tensors(context);
    if (!context.ok()) {
        return {};
    }
    expect_quantization(context, *tensors.src1, *tensors.src0);
    expect_quantization(context, *tensors.dst, *tensors.src0);
    return binary_layer(context, tensors);
}

std::vector<Layer> sample_layers(const std::string &name) {
    std::vector<Layer> layers;
    for (size_t i = 0; i < binary_samples().size(); ++i) {
        Layer layer = binary_sample_layer(name, Rounding::none, i);
        for (const char *unused : {"src0_zero", "src1_zero", "dst_zero", "clamp_min", "clamp_max"}) {
            layer.attributes.erase(unused);
        }
        layers.push_back(std::move(layer));
    }
    add_u8_samples({"ragged", "channels", "constant_channels"}, layers);
    add_s16_samples(s16_binary_samples(), layers);
    return layers;
}

} // namespace

OperatorRow ordered_pair_row(const std::string &name, BinaryReference<reference::Broadcast> reference) {
    const auto run_reference = [reference](const Layer &layer, const std::vector<const void *> &src,
                                           const std::vector<void *> &dst) {
        reference(layer, extents_of(layer), src, dst[0]);
    };
    return binary_row(name, legalise, run_reference, [name] { return sample_layers(name); });
}

} // namespace nibble::operators
