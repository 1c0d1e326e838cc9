// fully_connected whose weights have scales by group, or whose activations or results are floats.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/fully_connected_groups.h"

#include "compiler/operators/rows.h"
#include "compiler/operators/support/group_samples.h"
#include "compiler/operators/support/group_weights.h"
#include "compiler/operators/support/legalise_context.h"
#include "compiler/operators/support/u8_view.h"
#include "runtime/reference/float_bits.h"

namespace nibble::operators {
namespace {

/// Models have these as fully_connected, whose row makes layers of this one (support/group_layer.h).
Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.report("type", op.type, "fully_connected");
    return {};
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const auto real = [&](const char *name) {
        return reference::float_from_bits(static_cast<uint32_t>(layer.at(name)));
    };
    reference::FullyConnectedGroups p = {};
    p.m = layer.at("m");
    p.k = layer.at("k");
    p.n = layer.at("n");
    p.groups = layer.at("groups");
    p.k_split = layer.at("k_split");
    p.src_is_f32 = layer.at("src_is_f32") != 0;
    p.src_scale = real("src_scale_bits");
    p.src_zero = static_cast<int32_t>(layer.at("src_zero"));
    p.dst_bits = layer.at("dst_bits");
    p.dst_scale = real("dst_scale_bits");
    p.dst_zero = static_cast<int32_t>(layer.at("dst_zero"));
    p.clamp_min = real("clamp_min_bits");
    p.clamp_max = real("clamp_max_bits");
    reference::GroupFactors factors = {layer.constants.at("scale").as<float>(), nullptr};
    if (layer.at("multiplied") != 0) {
        factors.multiplier = layer.constants.at("group_multiplier").as<int8_t>();
    }
    reference::fully_connected_groups(p, src[0], layer.constants.at("wei").as<int8_t>(), factors,
                                      layer.constants.at("bia").as<float>(), dst[0]);
}

int64_t macs(const Layer &layer) { return layer.at("m") * layer.at("k") * layer.at("n"); }

Attributes kernel_parameters(const Layer &layer, const std::string &lowering) {
    Attributes kernel = layer.attributes;
    kernel.erase("wei_bits"); // the lowering has them
    kernel["multiplied"] = sums_multiplied(layer, lowering);
    kernel["groups"] = kernel_groups(layer, lowering);
    kernel["k_split"] = layer.at("multiplied") != 0 ? 1 : layer.at("k_split");
    kernel["wei_zeros"] = packs_zeros(layer, lowering);
    kernel["src_zero"] = layer.at("src_zero") != 0; // its value is packed
    return kernel;
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t m, k, n;
        GroupForm form;
    };
    const Sample samples[] = {
        {"by_channel", 9, 128, 64, {1}},
        {"by_channel_row", 1, 333, 77, {1}},
        {"groups_of_32", 8, 256, 64, {8}},
        {"groups_of_64", 17, 192, 40, {3}},
        {"groups_of_128", 16, 512, 128, {4}},
        {"groups_of_8", 3, 64, 33, {8}},
        {"groups_of_40", 5, 200, 18, {5}},
        {"row", 1, 512, 256, {4}},
        {"tall", 150, 64, 16, {2}},
        {"one_of_each", 1, 1, 1, {1}},
        {"split", 4, 512, 48, {8, 4, 32, true, false, false, 4}},
        {"zeros", 6, 256, 50, {8, 4, 32, true, false, true}},
        {"zeros_by_channel", 6, 40, 20, {1, 4, 32, true, false, true}},
        {"multiplied", 7, 256, 64, {8, 4, 32, true, true}},
        {"bytes", 9, 256, 48, {4, 8}},
        {"bytes_by_channel", 9, 131, 48, {1, 8}},
        {"half", 5, 128, 34, {2, 4, 16}},
        {"quantised", 5, 128, 34, {2, 4, 8}},
        {"relu6", 5, 128, 32, {2, 4, 32, true, false, false, 1, "relu6"}},
        {"static", 10, 192, 48, {6, 4, 32, false}},
        {"static_row", 1, 129, 19, {1, 8, 32, false}},
        {"static_quantised", 9, 128, 64, {4, 4, 8, false}},
        {"static_zeros", 9, 128, 64, {4, 4, 8, false, false, true}},
        {"static_multiplied", 9, 128, 64, {4, 4, 32, false, true}},
    };
    std::vector<Layer> layers;
    for (const Sample &sample : samples) {
        layers.push_back(group_layer(sample.family, sample.m, sample.k, sample.n, sample.form));
    }
    add_u8_samples({"quantised", "static", "static_quantised"}, layers);
    return layers;
}

} // namespace

OperatorRow fully_connected_groups_row() {
    OperatorRow row;
    row.name = "fully_connected_groups";
    row.lowerings = {"groups_s8u8", "groups_s8s8", "groups_s8u4", "groups_s8s4"};
    row.legalise = legalise;
    row.reference = run_reference;
    row.macs = macs;
    row.packed_layout = group_packed_layout;
    row.pack = pack_groups;
    row.kernel_parameters = kernel_parameters;
    row.sample_layers = sample_layers;
    row.randomise = randomise_groups;
    row.rows_apart = true;
    row.scales_groups = [](const Layer &layer) { return layer.at("groups") > 1 && layer.at("multiplied") == 0; };
    return row;
}

} // namespace nibble::operators
