// SPDX-License-Identifier: Apache-2.0
#include "compiler/operators/support/binary.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/operators/support/constant_free.h"
#include "compiler/operators/support/sampling.h"
#include "compiler/operators/support/u8_view.h"
#include "compiler/operators/support/window_samples.h"

namespace nibble::operators {
namespace {

/// Names of the two operands, their extents' prefixes among the attributes, and the attribute that says which is one of
/// the layer's constants.
struct Operand {
    const char *name, *prefix, *constant;
};
constexpr Operand operands[] = {{"src0", "a", "src0_constant"}, {"src1", "b", "src1_constant"}};

bool is_constant(const Layer &layer, const Operand &operand) { return layer.at(operand.constant) != 0; }

bool is_constant(const Tensor *tensor) { return tensor != nullptr && tensor->is_constant(); }

DType constant_type(const Layer &layer) { return layer.at("bits") == 16 ? DType::s16 : DType::s8; }

std::array<int64_t, 4> extents(const Layer &layer, const std::string &prefix) {
    return {layer.at(prefix + "0"), layer.at(prefix + "1"), layer.at(prefix + "2"), layer.at(prefix + "3")};
}

std::vector<int64_t> shape_of(const Layer &layer, const Operand &operand) {
    const auto all = extents(layer, operand.prefix);
    return {all.begin(), all.end()};
}

PackedLayout packed_layout(const Layer &layer, const std::string &) {
    PackedLayout layout;
    for (const Operand &operand : operands) {
        if (is_constant(layer, operand)) {
            const auto [e0, e1, e2, e3] = extents(layer, operand.prefix);
            layout.add(operand.name, constant_type(layer), e0 * e1 * e2 * e3 * layer.at("bits") / 8);
        }
    }
    return layout;
}

void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    const PackedLayout layout = packed_layout(layer, lowering);
    for (const PackedArray &array : layout.arrays) {
        const std::vector<uint8_t> &bytes = layer.constants.at(array.name).data;
        std::copy(bytes.begin(), bytes.end(), packed + array.offset);
    }
}

void randomise(Layer &layer, std::mt19937 &generator) {
    for (const Operand &operand : operands) {
        if (is_constant(layer, operand)) {
            add_random_constant(layer, operand.name, constant_type(layer), shape_of(layer, operand), generator);
        }
    }
}

} // namespace

void set_extents(const Broadcast &broadcast, Attributes &attributes) {
    for (size_t i = 0; i < broadcast.dst.size(); ++i) {
        attributes[fmt::format("d{}", i)] = broadcast.dst[i];
        attributes[fmt::format("a{}", i)] = broadcast.src0[i];
        attributes[fmt::format("b{}", i)] = broadcast.src1[i];
    }
}

void legalise_extents(LegaliseContext &context, const BinaryTensors &tensors, Attributes &attributes) {
    const Tensor &src0 = *tensors.src0, &src1 = *tensors.src1;
    const auto shape = broadcast_shape(src0.shape, src1.shape);
    if (!shape) {
        context.report(src1, "shape", shape_text(src1.shape),
                       fmt::format("one that broadcasts with {} of tensor '{}'", shape_text(src0.shape), src0.name));
        return;
    }
    context.expect_shape(*tensors.dst, *shape);
    const auto broadcast = collapse_broadcast(src0.shape, src1.shape);
    if (!broadcast) {
        context.report(
            src1, "shape",
            fmt::format("{} against {} of tensor '{}'", shape_text(src1.shape), shape_text(src0.shape), src0.name),
            "at most four alternations of broadcast and plain dimensions");
        return;
    }
    set_extents(*broadcast, attributes);
}

BinaryTensors binary_tensors(LegaliseContext &context) {
    context.take_s16();
    const bool constant0 = is_constant(context.input(0)), constant1 = is_constant(context.input(1));
    BinaryTensors tensors;
    tensors.src0 = constant0 ? context.constant8(0, -1) : context.activation8(0, -1);
    // At least one of them is no constant.
    tensors.src1 = constant1 && !constant0 ? context.constant8(1, -1) : context.activation8(1, -1);
    tensors.dst = context.result8(0, -1);
    return tensors;
}

Layer binary_layer(LegaliseContext &context, const BinaryTensors &tensors) {
    Layer layer = context.layer({}, {tensors.dst});
    layer.attributes["u8"] = context.u8();
    layer.attributes["bits"] = context.bits();
    for (const auto &[tensor, operand] : {std::pair{tensors.src0, operands[0]}, std::pair{tensors.src1, operands[1]}}) {
        layer.attributes[operand.constant] = tensor->is_constant();
        if (tensor->is_constant()) {
            layer.constants[operand.name] = {constant_type(layer), tensor->shape, s8_view(tensor->dtype, tensor->data)};
        } else {
            layer.src.push_back({tensor->name, tensor->dtype, tensor->shape});
        }
    }
    legalise_extents(context, tensors, layer.attributes);
    return layer;
}

Broadcast extents_of(const Layer &layer) { return {extents(layer, "d"), extents(layer, "a"), extents(layer, "b")}; }

BinaryOperands operands_of(const Layer &layer, const std::vector<const void *> &src) {
    const auto bytes = [&](const Operand &operand, const void *source) {
        return is_constant(layer, operand) ? layer.constants.at(operand.name).data.data() : source;
    };
    return {bytes(operands[0], src.front()), bytes(operands[1], src.back())};
}

OperatorRow binary_row(std::string name, decltype(OperatorRow::legalise) legalise,
                       decltype(OperatorRow::reference) reference, decltype(OperatorRow::sample_layers) sample_layers) {
    OperatorRow row =
        elementwise_row(std::move(name), std::move(legalise), std::move(reference), std::move(sample_layers));
    row.packed_layout = packed_layout;
    row.pack = pack;
    row.randomise = randomise;
    return row;
}

const std::vector<BinarySample> &binary_samples() {
    static const std::vector<BinarySample> samples = {
        {"equal", {1, 8, 8, 16}, {1, 8, 8, 16}, 0.04f, 0.07f, 0.08f},
        {"ragged", {1, 7, 9, 13}, {1, 7, 9, 13}, 0.5f, 0.01f, 0.3f},
        {"one_element", {1}, {1}, 0.1f, 0.1f, 0.2f},
        {"equal_scales", {65}, {65}, 0.25f, 0.25f, 0.25f},
        {"narrow_output", {3, 100}, {3, 100}, 0.9f, 0.3f, 0.02f},
        {"scalar", {2, 5, 30}, {1}, 0.03f, 0.06f, 0.05f},
        {"scalar_first", {1, 1, 1}, {2, 5, 30}, 0.03f, 0.06f, 0.05f},
        {"channels", {1, 6, 7, 20}, {20}, 0.1f, 0.02f, 0.09f},
        {"pixels", {1, 6, 7, 20}, {1, 6, 7, 1}, 0.1f, 0.02f, 0.09f},
        {"rows", {3, 6, 4, 5}, {1, 6, 1, 5}, 0.1f, 0.2f, 0.15f},
        {"outer_product", {9, 1}, {1, 33}, 0.1f, 0.2f, 0.15f},
        {"rows_of_one", {67}, {12, 67}, 0.03f, 0.06f, 0.05f},
        {"constant_channels", {1, 5, 3, 37}, {37}, 0.07f, 0.03f, 0.05f, "src1"},
        {"constant_first", {1}, {2, 70}, 0.02f, 0.05f, 0.06f, "src0"},
    };
    return samples;
}

const BinarySample &binary_sample(const std::string &family) {
    const auto &samples = binary_samples();
    return *std::find_if(samples.begin(), samples.end(), [&](const auto &sample) { return sample.family == family; });
}

const std::vector<std::string> &s16_binary_samples() {
    static const std::vector<std::string> names = {
        "equal",  "ragged", "one_element", "scalar_first",      "channels",
        "pixels", "rows",   "rows_of_one", "constant_channels", "constant_first"};
    return names;
}

Layer binary_sample_layer(const std::string &op, Rounding rounding, size_t index) {
    const BinarySample &sample = binary_samples()[index];
    Layer layer;
    layer.name = sample.family;
    layer.op = op;
    layer.rounding = rounding;
    set_sample_quantisation(index, layer.attributes);
    layer.attributes["bits"] = 8;
    layer.attributes["src0_zero"] = layer.at("src_zero");
    layer.attributes["src1_zero"] = -1 - layer.at("src_zero");
    layer.attributes.erase("src_zero");
    set_extents(*collapse_broadcast(sample.src0, sample.src1), layer.attributes);
    for (const auto &[operand, shape] : {std::pair{operands[0], sample.src0}, std::pair{operands[1], sample.src1}}) {
        layer.attributes[operand.constant] = sample.constant == std::string(operand.name);
        if (!is_constant(layer, operand)) {
            layer.src.push_back(sample_tensor(operand.name, shape));
        }
    }
    layer.dst = {sample_tensor("dst", *broadcast_shape(sample.src0, sample.src1))};
    return layer;
}

} // namespace nibble::operators
