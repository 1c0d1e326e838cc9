// svdf: a low-rank dense layer of s8 whose state, s8 or s16, is an extra source and destination.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/svdf.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/operators/rows.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/sampling.h"
#include "compiler/operators/support/window_samples.h"
#include "runtime/reference/quantize_multiplier.h"

namespace nibble::operators {
namespace {

using Shape = std::vector<int64_t>;

DType state_type(const Layer &layer) { return layer.at("state_bits") == 16 ? DType::s16 : DType::s8; }
int64_t filters(const Layer &layer) { return layer.at("units") * layer.at("rank"); }
Shape wei_shape(const Layer &layer) { return {filters(layer), layer.at("k")}; }
Shape time_shape(const Layer &layer) { return {filters(layer), layer.at("memory")}; }

/// Its state before and after, and the weights' own over time, have one type.
struct Operands {
    const Tensor *src, *wei, *time, *state, *dst, *next;
};

void legalise_shapes(LegaliseContext &context, const Operands &t, Layer &layer) {
    const int64_t n = t.src->shape[0], k = t.src->shape[1], filters = t.wei->shape[0], memory = t.time->shape[1];
    const auto rank = context.attribute("rank").get<int64_t>();
    if (filters % rank != 0) {
        context.report("rank", std::to_string(rank), fmt::format("a divisor of {} filters", filters));
        return;
    }
    context.expect_shape(*t.wei, {filters, k});
    context.expect_shape(*t.time, {filters, memory});
    context.expect_shape(*t.state, {n, filters * memory});
    context.expect_shape(*t.next, {n, filters * memory});
    context.expect_shape(*t.dst, {n, filters / rank});
    layer.attributes.insert({{"n", n}, {"k", k}, {"units", filters / rank}, {"rank", rank}, {"memory", memory}});
    if (accumulator_bound(k, 0) >= int64_t{1} << 31) {
        context.report(*t.wei, "shape", shape_text(t.wei->shape), "fewer products in a sum of 32 bits");
    }
}

/// TFLite Micro computes both factors in f32.
void legalise_factors(LegaliseContext &context, const Operands &t, Layer &layer) {
    const TensorQuantization src = context.quantization(*t.src), wei = context.quantization(*t.wei),
                             time = context.quantization(*t.time), state = context.quantization(*t.state),
                             dst = context.quantization(*t.dst), next = context.quantization(*t.next);
    if (wei.zero_point != 0 || time.zero_point != 0) {
        context.report("weights", "zero points other than 0", "0");
    }
    if (state.scale != next.scale || state.zero_point != next.zero_point) {
        context.report(*t.next, "quantization", quantization_text(*t.next), "that of " + t.state->name);
    }
    const auto feature = reference::quantize_multiplier(double{src.scale * wei.scale / state.scale});
    const auto output = reference::quantize_multiplier(double{state.scale * time.scale / dst.scale});
    if (std::max(feature.shift, output.shift) > 0) {
        context.report("scales", fmt::format("factors of up to 2^{}", std::max(feature.shift, output.shift)),
                       "factors below 1");
    }
    layer.attributes.insert({{"src_zero", src.zero_point},
                             {"state_zero", state.zero_point},
                             {"dst_zero", dst.zero_point},
                             {"feature_multiplier", feature.multiplier},
                             {"feature_shift", feature.shift},
                             {"multiplier", output.multiplier},
                             {"shift", output.shift},
                             {"clamp_min", -128},
                             {"clamp_max", 127}});
}

Layer legalise(const Model &model, const Operator &op, std::vector<Finding> &findings) {
    LegaliseContext context(model, op, findings);
    context.expect_rounding(Rounding::double_);
    Operands t = {};
    t.src = context.activation(0, DType::s8, 2);
    t.wei = context.constant(1, DType::s8, 2);
    t.time = context.constant(2, {DType::s8, DType::s16}, 2);
    t.dst = context.result(0, DType::s8, 2);
    if (!context.ok()) {
        return {};
    }
    t.state = context.activation(3, t.time->dtype, 2);
    t.next = context.result(1, t.time->dtype, 2);
    if (!context.ok()) {
        return {};
    }
    Layer layer = context.layer({t.src, t.state}, {t.dst, t.next});
    layer.attributes["state_bits"] = bits_of(t.time->dtype);
    legalise_shapes(context, t, layer);
    legalise_factors(context, t, layer);
    if (context.ok()) {
        layer.constants["wei"] = {DType::s8, t.wei->shape, t.wei->data};
        layer.constants["time"] = {t.time->dtype, t.time->shape, t.time->data};
        set_bias(context, 4, layer.at("units"), layer);
    }
    return layer;
}

template <typename State>
void run(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    const auto at = [&layer](const char *key) { return static_cast<int32_t>(layer.at(key)); };
    const reference::Svdf p = {
        layer.at("n"),    layer.at("k"),    layer.at("units"), layer.at("rank"),         layer.at("memory"),
        at("src_zero"),   at("state_zero"), at("dst_zero"),    at("feature_multiplier"), at("feature_shift"),
        at("multiplier"), at("shift"),      at("clamp_min"),   at("clamp_max")};
    reference::svdf(p, static_cast<const int8_t *>(src[0]), static_cast<const State *>(src[1]),
                    layer.constants.at("wei").as<int8_t>(), layer.constants.at("time").as<State>(),
                    layer.constants.at("bia").as<int32_t>(), static_cast<int8_t *>(dst[0]),
                    static_cast<State *>(dst[1]));
}

void run_reference(const Layer &layer, const std::vector<const void *> &src, const std::vector<void *> &dst) {
    (state_type(layer) == DType::s16 ? run<int16_t> : run<int8_t>)(layer, src, dst);
}

int64_t macs(const Layer &layer) { return layer.at("n") * filters(layer) * (layer.at("k") + layer.at("memory")); }

constexpr const char *packed_constants[] = {"wei", "time", "bia"};

PackedLayout packed_layout(const Layer &layer, const std::string &) {
    const int64_t state_bytes = layer.at("state_bits") / 8;
    PackedLayout layout;
    layout.add("wei", DType::s8, filters(layer) * layer.at("k"));
    layout.add("time", state_type(layer), filters(layer) * layer.at("memory") * state_bytes);
    layout.add("bia", DType::s32, layer.at("units") * static_cast<int64_t>(sizeof(int32_t)));
    return layout;
}

void pack(const Layer &layer, const std::string &lowering, uint8_t *packed) {
    const PackedLayout layout = packed_layout(layer, lowering);
    for (const char *name : packed_constants) {
        const std::vector<uint8_t> &data = layer.constants.at(name).data;
        std::copy(data.begin(), data.end(), packed_array<uint8_t>(layout, name, packed));
    }
}

std::vector<Layer> sample_layers() {
    struct Sample {
        const char *family;
        int64_t n, k, units, rank, memory, state_bits, state_zero;
    };
    static constexpr Sample samples[] = {
        {"keyword", 1, 96, 64, 1, 8, 8, -50},     {"keyword_narrow", 1, 16, 64, 1, 8, 8, 25},
        {"long_memory", 1, 32, 32, 1, 32, 8, 10}, {"rank2", 2, 40, 13, 2, 3, 8, 0},
        {"state16", 3, 7, 5, 2, 2, 16, 0},        {"state16_rank8", 2, 3, 3, 8, 8, 16, 0},
        {"one_of_each", 1, 1, 1, 1, 1, 8, 0},     {"state16_long", 1, 65, 20, 1, 10, 16, 0},
    };
    std::vector<Layer> layers;
    for (const Sample &s : samples) {
        Layer layer;
        layer.name = s.family;
        layer.op = "svdf";
        layer.rounding = Rounding::double_;
        set_sample_quantisation(layers.size(), layer.attributes);
        layer.attributes.erase("u8");
        layer.attributes["clamp_min"] = -128; // the operator has no activation
        layer.attributes["clamp_max"] = 127;
        layer.attributes["dst_zero"] = layer.at("dst_zero") / 2;
        layer.attributes.insert({{"n", s.n},
                                 {"k", s.k},
                                 {"units", s.units},
                                 {"rank", s.rank},
                                 {"memory", s.memory},
                                 {"state_bits", s.state_bits},
                                 {"state_zero", s.state_zero},
                                 {"feature_multiplier", 1717987072},
                                 {"feature_shift", s.state_bits == 16 ? -3 : -10},
                                 {"multiplier", 1099511552},
                                 {"shift", s.state_bits == 16 ? -23 : -9}});
        const Shape state = {s.n, s.units * s.rank * s.memory};
        const DType type = state_type(layer);
        layer.src = {sample_tensor("src", {s.n, s.k}), {"state", type, state}};
        layer.dst = {sample_tensor("dst", {s.n, s.units}), {"next", type, state}};
        layers.push_back(std::move(layer));
    }
    return layers;
}

void randomise(Layer &layer, std::mt19937 &generator) {
    add_random_constant(layer, "wei", DType::s8, wei_shape(layer), generator);
    add_random_constant(layer, "time", state_type(layer), time_shape(layer), generator);
    add_random_bias(layer, layer.at("units"), 30000, generator);
}

} // namespace

OperatorRow svdf_row() {
    OperatorRow row;
    row.name = "svdf";
    row.lowerings = {"direct"};
    row.legalise = legalise;
    row.reference = run_reference;
    row.macs = macs;
    row.packed_layout = packed_layout;
    row.pack = pack;
    row.kernel_parameters = [](const Layer &layer, const std::string &) { return layer.attributes; };
    row.sample_layers = sample_layers;
    row.randomise = randomise;
    return row;
}

} // namespace nibble::operators
