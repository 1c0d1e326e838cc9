// Requantisation inside kernels against its definition: one product an output, so that the sources step an accumulator
// through the places where the result changes.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <map>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/operators/support/biased_form.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/quantisation.h"
#include "compiler/operators/support/sampling.h"
#include "tests/support/layer_run.h"

namespace nibble::test {
namespace {

constexpr int64_t channels = 64;
constexpr int64_t panel_channels = operators::channel_panel;
constexpr int64_t positions = 256; ///< every s8 value
constexpr int64_t side = 16;       ///< side * side == positions

/// A range of factors and what the activation clamps.
struct Family {
    const char *name;
    int64_t least_shift;
    int64_t most_shift;
    bool relu;
    bool ties = true;                       ///< half of the factors are powers of two, whose thresholds are ties
    int64_t last_panel = 0;                 ///< added to the shifts of the last 16 channels
    RequantiseKind kind = requantise_mixed; ///< of the kernel where the target has f32; mixed serves all constants
    int64_t last_bia = 0;                   ///< of the last channel, where it is not drawn
    Rounding rounding = Rounding::double_;
    bool zero_is_least = false; ///< dst_zero is -128; else it is drawn
};

constexpr Family families[] = {
    {"right", -20, -1, false},
    {"mixed", -9, 4, false},
    {"relu", -18, 0, true},
    {"vanishing", -31, -24, false}, // factors so small that every result is the zero point
    {"right_q31", -20, -1, false, true, 0, requantise_q31},
    {"mixed_q31", -9, 4, false, true, 0, requantise_q31},
    {"relu_q31", -18, 0, true, true, 0, requantise_q31},
    {"cheap", -6, -1, false, false, 0, requantise_f32},
    {"cheap_relu", -6, -1, true, false, 0, requantise_f32}, // though biased would serve
    {"biased", -6, -1, true, false, 0, requantise_biased},
    {"biased_panels", -6, -1, true, false, 0, requantise_biased_mixed, operators::biased_bound},
    {"panels", -6, -1, false, false, -12},
    {"panels_relu", -6, -1, true, false, -12},
    {"s16", -9, -3, false, true, 0, requantise_s16},
    {"s16_relu", -9, -3, true, true, 0, requantise_s16},
    {"s16_from_least", -9, -3, true, true, 0, requantise_s16, 0, Rounding::double_, true},
    {"s16_one_shift", -6, -6, false, true, 0, requantise_s16},
    {"s16_one_shift_from_least", -6, -6, true, true, 0, requantise_s16, 0, Rounding::double_, true},
    {"s16_from_1", -7, -1, false, true, 0, requantise_s16},
    {"s16_panels", -6, -1, false, true, -12, requantise_s16_mixed},
    {"s16_panels_from_least", -6, -1, true, true, -12, requantise_s16_mixed, 0, Rounding::double_, true},
    {"mixed_s16", -9, 4, false, true, 0, requantise_s16_mixed},
    {"vanishing_s16", -31, -24, false, true, 0, requantise_s16_mixed},
    {"right_single", -20, -1, false, true, 0, requantise_single_mixed, 0, Rounding::single},
    {"right_single_alone", -20, -1, false, true, 0, requantise_single, 0, Rounding::single},
    {"mixed_single", -9, 4, false, true, 0, requantise_single, 0, Rounding::single},
    {"relu_single", -18, 0, true, true, 0, requantise_single, 0, Rounding::single},
    {"vanishing_single", -31, -24, false, true, 0, requantise_single, 0, Rounding::single},
    {"cheap_single", -6, -1, false, false, 0, requantise_f32, 0, Rounding::single},
    {"panels_single", -6, -1, false, false, -12, requantise_single_mixed, 0, Rounding::single},
    {"right_float", -20, -1, false, true, 0, requantise_nearest, 0, Rounding::float_},
    {"mixed_float", -9, 4, false, true, 0, requantise_nearest, 0, Rounding::float_},
    {"relu_float", -18, 0, true, true, 0, requantise_nearest, 0, Rounding::float_},
    {"vanishing_float", -31, -24, false, true, 0, requantise_nearest, 0, Rounding::float_},
    {"biased_float", -6, -1, true, false, 0, requantise_biased, 0, Rounding::float_},
};

constexpr const char *operators[] = {"conv2d", "depthwise_conv2d", "fully_connected"};

/// All attributes that the operators have between them; each takes its own.
Layer shape_layer(const std::string &op) {
    Layer layer;
    layer.op = op;
    layer.rounding = Rounding::double_;
    const std::vector<int64_t> image = {1, side, side, 1};
    if (op == "fully_connected") {
        layer.attributes = {{"m", positions}, {"k", 1}, {"n", channels}};
        layer.src = {{"src", DType::s8, {positions, 1}}};
        layer.dst = {{"dst", DType::s8, {positions, channels}}};
        return layer;
    }
    layer.attributes = {{"n", 1},        {"h", side},       {"w", side},       {"ci", 1},      {"oh", side},
                        {"ow", side},    {"co", channels},  {"kh", 1},         {"kw", 1},      {"stride_h", 1},
                        {"stride_w", 1}, {"dilation_h", 1}, {"dilation_w", 1}, {"pad_top", 0}, {"pad_left", 0}};
    layer.attributes["groups"] = 1;
    if (op == "depthwise_conv2d") {
        layer.attributes["channel_multiplier"] = channels;
    }
    layer.src = {{"src", DType::s8, image}};
    layer.dst = {{"dst", DType::s8, {1, side, side, channels}}};
    return layer;
}

std::vector<int64_t> weight_shape(const std::string &op) {
    if (op == "fully_connected") {
        return {channels, 1};
    }
    return op == "conv2d" ? std::vector<int64_t>{channels, 1, 1, 1} : std::vector<int64_t>{1, 1, 1, channels};
}

template <typename T>
Constant constant(DType dtype, const std::vector<int64_t> &shape, const std::vector<T> &values) {
    Constant made{dtype, shape, Bytes(values.size() * sizeof(T))};
    std::copy_n(reinterpret_cast<const uint8_t *>(values.data()), made.data.size(), made.data.begin());
    return made;
}

/// Weights 1 and biases that put the accumulators round a threshold of the output, round zero or round the point where
/// the output saturates.
void set_constants(Layer &layer, const Family &family, std::mt19937 &generator) {
    std::vector<int32_t> bia, multiplier, shift;
    for (int64_t c = 0; c < channels; ++c) {
        const auto s = operators::draw(generator, family.least_shift, family.most_shift) +
                       (c >= channels - panel_channels ? family.last_panel : 0);
        const auto m = c % 2 == 0 && family.ties ? int64_t{1} << 30
                                                 : operators::draw(generator, int64_t{1} << 30, (int64_t{1} << 31) - 1);
        const double step = std::ldexp(1.0, static_cast<int>(31 - s)) / static_cast<double>(m);
        const auto level = static_cast<double>(operators::draw(generator, -260, 260)) + 0.5;
        const double threshold = family.least_shift < -24 ? level : level * step;
        const bool set = c == channels - 1 && family.last_bia != 0;
        bia.push_back(set          ? static_cast<int32_t>(family.last_bia)
                      : c % 8 == 7 ? 0
                                   : static_cast<int32_t>(std::lround(threshold)));
        multiplier.push_back(static_cast<int32_t>(m));
        shift.push_back(static_cast<int32_t>(s));
    }
    layer.constants["wei"] = constant(DType::s8, weight_shape(layer.op), std::vector<int8_t>(channels, 1));
    layer.constants["bia"] = constant(DType::s32, {channels}, bia);
    layer.constants["multiplier"] = constant(DType::s32, {channels}, multiplier);
    layer.constants["shift"] = constant(DType::s32, {channels}, shift);
    operators::set_rounding(layer, family.rounding);
}

Layer requantise_layer(const std::string &op, const Family &family, std::mt19937 &generator) {
    Layer layer = shape_layer(op);
    layer.name = std::string("requantise_") + family.name;
    const int64_t drawn = operators::draw(generator, -128, 127), dst_zero = family.zero_is_least ? -128 : drawn;
    layer.attributes["u8"] = 0;
    layer.attributes["wei_zero"] = 0;
    layer.attributes["src_zero"] = operators::draw(generator, -128, 127);
    layer.attributes["dst_zero"] = dst_zero;
    layer.attributes["clamp_min"] = family.relu ? dst_zero : -128;
    layer.attributes["clamp_max"] = 127;
    set_constants(layer, family, generator);
    return layer;
}

/// What the compiler would choose, for the families that were made for one kind.
void expect_kind(const Layer &layer, const Family &family) {
    if (fuses_products(family.kind) && !family.ties) {
        const bool other = std::string(family.name) == "cheap_relu";
        const int64_t best = other ? int64_t{requantise_biased} : family.kind;
        EXPECT_EQ(operators::choose_requantise(layer, 1, CheapForms::f32).kind, best) << layer.name;
    }
    if (uses_s16(family.kind) && family.most_shift < 0 && family.least_shift > -24) {
        EXPECT_EQ(operators::choose_requantise(layer, 1, CheapForms::s16).kind, family.kind) << layer.name;
    }
}

/// Every s8 value as source, and the definition's results.
CallData sweep(const Layer &layer) {
    CallData call{"sweep", {Bytes(positions)}, {Bytes(positions * channels)}};
    const auto zero = static_cast<int32_t>(layer.at("src_zero"));
    const reference::Requantisation requantise = operators::requantisation_of(layer);
    for (int64_t p = 0; p < positions; ++p) {
        const auto value = static_cast<int32_t>(p - 128);
        call.src[0][static_cast<size_t>(p)] = static_cast<uint8_t>(value);
        for (int64_t c = 0; c < channels; ++c) {
            const int32_t acc = layer.constants.at("bia").as<int32_t>()[c] + value - zero;
            const int8_t result = reference::to_s8(requantise(acc, c), static_cast<int32_t>(layer.at("dst_zero")),
                                                   static_cast<int32_t>(layer.at("clamp_min")),
                                                   static_cast<int32_t>(layer.at("clamp_max")));
            call.expected[0][static_cast<size_t>(p * channels + c)] = static_cast<uint8_t>(result);
        }
    }
    return call;
}

struct Sweep {
    KernelCase kernel;
    std::vector<DataSet> data;
};

TEST(Requantise, KernelsEqualDefinitionRoundThresholds) {
    KernelSet kernels;
    std::vector<Sweep> sweeps;
    for (const char *op : operators) {
        for (const Family &family : families) {
            constexpr uint32_t seed = 3;
            std::mt19937 generator(seed);
            Layer layer = requantise_layer(op, family, generator);
            const DataSet data{family.name, layer, {sweep(layer)}};
            expect_kind(layer, family);
            layer.attributes["requantise"] = family.kind;
            for (const KernelCase &kernel : kernel_cases(layer, sampled_tiles(0), seed)) {
                kernels.add(kernel.request, layer.name);
                sweeps.push_back({kernel, {data}});
            }
        }
    }
    kernels.load();
    EXPECT_FALSE(sweeps.empty());
    for (const Sweep &test : sweeps) {
        const CallReport report = run_on_data_sets(test.kernel, kernels, test.data);
        EXPECT_TRUE(report.problem.empty()) << report.problem;
    }
}

} // namespace
} // namespace nibble::test
