// From the scales, shapes and padding rules of operators with weights to integers: TFLite's results, and a finding for
// what has none.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/operator_table.h"
#include "compiler/operators/support/window.h"
#include "tests/reference/tiny_model.h"

namespace nibble::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TinyModel conv2d_model() {
    TinyModel model("conv2d");
    model.s8("src", {1, 8, 9, 3}, 0.5f, -7)
        .weights({4, 3, 3, 3}, {0.01f, 0.02f, 0.03f, 0.04f})
        .bias({10, -20, 30, -40})
        .s8("dst", {1, 4, 5, 4}, 0.25f, 5)
        .attribute("stride", {2, 2})
        .attribute("dilation", {1, 1})
        .attribute("padding", "same")
        .attribute("groups", 1)
        .attribute("activation", "relu6");
    return model;
}

TEST(Windows, SamePaddingPutsTheOddPixelAfter) {
    EXPECT_EQ(operators::same_windows(49, 10, 2, 1).extent, 25);
    EXPECT_EQ(operators::same_windows(49, 10, 2, 1).pad_before, 4);
    EXPECT_EQ(operators::same_windows(10, 4, 2, 1).pad_before, 1);
    EXPECT_EQ(operators::same_windows(224, 3, 2, 1).pad_before, 0);
    EXPECT_EQ(operators::same_windows(7, 3, 1, 2).pad_before, 2);
    EXPECT_EQ(operators::same_windows(9, 1, 3, 1).pad_before, 0);
}

TEST(Windows, ExplicitPaddingCountsWholeWindows) {
    EXPECT_EQ(operators::explicit_windows(9, 3, 2, 1, 0, 0).extent, 4);
    EXPECT_EQ(operators::explicit_windows(9, 3, 2, 1, 1, 1).extent, 5);
    EXPECT_EQ(operators::explicit_windows(3, 5, 1, 1, 0, 0).extent, 0);
    EXPECT_EQ(operators::explicit_windows(3, 3, 1, 2, 1, 1).extent, 1);
}

TEST(LegaliseConv2d, GivesIntegers) {
    const Layer layer = conv2d_model().layer();
    const Attributes expected = {
        {"u8", 0},         {"n", 1},          {"h", 8},          {"w", 9},        {"ci", 3},        {"oh", 4},
        {"ow", 5},         {"co", 4},         {"kh", 3},         {"kw", 3},       {"stride_h", 2},  {"stride_w", 2},
        {"dilation_h", 1}, {"dilation_w", 1}, {"pad_top", 0},    {"pad_left", 1}, {"src_zero", -7}, {"wei_zero", 0},
        {"dst_zero", 5},   {"clamp_min", 5},  {"clamp_max", 29}, {"groups", 1}};
    EXPECT_EQ(layer.attributes, expected);
    // 0.5 * 0.01f / 0.25 = 0.02 = 0.64 * 2^-5
    EXPECT_EQ(layer.constants.at("multiplier").as<int32_t>()[0], 1374389504);
    EXPECT_EQ(layer.constants.at("shift").as<int32_t>()[0], -5);
    EXPECT_EQ(layer.constants.at("shift").as<int32_t>()[3], -3);
    EXPECT_EQ(layer.constants.at("bia").as<int32_t>()[3], -40);
    EXPECT_EQ(find_operator("conv2d")->macs(layer), 4 * 5 * 4 * 27);
}

/// The conv2d model with the same values as u8, each 128 above the s8 one.
TinyModel u8_conv2d_model() {
    TinyModel model = conv2d_model();
    for (const size_t tensor : {0, 1, 3}) {
        model.tensor(tensor).dtype = DType::u8;
        for (int32_t &zero : model.tensor(tensor).quantization->zero_point) {
            zero += 128;
        }
        for (uint8_t &byte : model.tensor(tensor).data) {
            byte ^= 0x80;
        }
    }
    return model;
}

TEST(LegaliseConv2d, TakesU8ThroughItsS8View) {
    const Layer s8 = conv2d_model().layer();
    Layer u8 = u8_conv2d_model().layer();
    EXPECT_EQ(u8.at("u8"), 1);
    EXPECT_EQ(u8.src[0].dtype, DType::u8);
    EXPECT_EQ(u8.dst[0].dtype, DType::u8);
    u8.attributes["u8"] = 0;
    EXPECT_EQ(u8.attributes, s8.attributes);
    for (const char *constant : {"wei", "bia", "multiplier", "shift"}) {
        EXPECT_EQ(u8.constants.at(constant).data, s8.constants.at(constant).data) << constant;
    }
}

TEST(LegaliseConv2d, MultipliesOneScaleOfU8InF32) {
    TinyModel model = u8_conv2d_model();
    Quantization &wei = *model.tensor(1).quantization;
    wei.granularity = Granularity::per_tensor;
    wei.scale = {0.0003768749884329736f};
    wei.zero_point = {128};
    model.tensor(0).quantization->scale[0] = 0.3910152316093445f;
    model.tensor(3).quantization->scale[0] = 0.04945912957191467f;
    EXPECT_EQ(model.layer().constants.at("multiplier").as<int32_t>()[1], 1638001653); // as fully_connected has it
}

/// A layer with weights -100 and 100 but for one extreme, under one scale and zero point.
Layer layer_with_weights(int8_t extreme, int32_t zero) {
    TinyModel model = conv2d_model();
    Tensor &wei = model.tensor(1);
    wei.quantization = Quantization{};
    wei.quantization->scale = {0.01f};
    wei.quantization->zero_point = {zero};
    for (size_t i = 0; i < wei.data.size(); ++i) {
        wei.data[i] = static_cast<uint8_t>(i == 0 ? extreme : i % 2 == 0 ? 100 : -100);
    }
    return model.layer();
}

TEST(LegaliseConv2d, FoldsTheWeightsZeroPointWhereDifferencesFitS8) {
    const Layer folded = layer_with_weights(120, -7); // 120 + 7 = 127
    EXPECT_EQ(folded.at("wei_zero"), 0);
    EXPECT_EQ(folded.constants.at("wei").as<int8_t>()[0], 127);
    EXPECT_EQ(folded.constants.at("wei").as<int8_t>()[1], -93);
    const Layer kept = layer_with_weights(121, -7); // one step beyond
    EXPECT_EQ(kept.at("wei_zero"), -1);
    EXPECT_EQ(kept.constants.at("wei").as<int8_t>()[0], 127);
    EXPECT_EQ(kept.constants.at("wei").as<int8_t>()[1], -94);
    const OperatorRow &row = *find_operator("conv2d");
    EXPECT_EQ(row.kernel_parameters(folded, "dot_u8s8").at("wei_zeros"), 0);
    EXPECT_EQ(row.kernel_parameters(kept, "dot_u8s8").at("wei_zeros"), 1);
}

TEST(LegaliseConv2d, KernelsDoNotDependOnTheOutputsZeroPoint) {
    const OperatorRow &row = *find_operator("conv2d");
    const Attributes kernel = row.kernel_parameters(conv2d_model().layer(), "dot_u8s8");
    EXPECT_EQ(kernel.count("dst_zero"), 0u);
    EXPECT_EQ(kernel.at("sign_matters"), 0); // relu: clamp_min is the zero point
    EXPECT_EQ(kernel.at("left_shift"), 0);
    EXPECT_EQ(kernel.at("spare_bit"), 1);
    const Layer none = conv2d_model().attribute("activation", "none").layer();
    EXPECT_EQ(row.kernel_parameters(none, "dot_u8s8").at("sign_matters"), 1);
}

TEST(LegaliseConv2d, MergesNarrowGroups) {
    TinyModel model("conv2d");
    model.s8("src", {1, 5, 5, 32}, 0.5f, 0)
        .weights({16, 3, 3, 4}, {0.01f})
        .bias(std::vector<int32_t>(16, 0))
        .s8("dst", {1, 5, 5, 16}, 0.25f, 0)
        .attribute("stride", {1, 1})
        .attribute("dilation", {1, 1})
        .attribute("padding", "same")
        .attribute("groups", 8)
        .attribute("activation", "none");
    EXPECT_EQ(find_operator("conv2d")->kernel_parameters(model.layer(), "dot_u8s8").at("groups"), 1);
    EXPECT_EQ(find_operator("conv2d")->macs(model.layer()), 25 * 16 * 9 * 4);
    model.attribute("groups", 3);
    EXPECT_THAT(model.finding(), AllOf(HasSubstr("groups"), HasSubstr("3 for 32 source and 16 destination channels")));
    model.attribute("groups", 4);
    EXPECT_THAT(model.finding(), HasSubstr("[16, 3, 3, 8]"));
}

TEST(LegaliseConv2d, PointwiseLayersOfEqualWorkShareAKernel) {
    const auto kernel = [](int64_t n, int64_t h, int64_t w) {
        TinyModel model("conv2d");
        model.s8("src", {n, h, w, 8}, 0.5f, 0)
            .weights({4, 1, 1, 8}, {0.01f})
            .bias({1, 2, 3, 4})
            .s8("dst", {n, h, w, 4}, 0.25f, 0)
            .attribute("stride", {1, 1})
            .attribute("dilation", {2, 3})
            .attribute("padding", "valid")
            .attribute("groups", 1)
            .attribute("activation", "none");
        return find_operator("conv2d")->kernel_parameters(model.layer(), "dot_u8s8");
    };
    EXPECT_EQ(kernel(1, 6, 4), kernel(2, 3, 4));
    EXPECT_EQ(kernel(1, 6, 4).at("w"), 24);
}

TEST(LegaliseConv2d, LayersWithoutConstantsGetTheFormThatServesAll) {
    const OperatorRow &row = *find_operator("conv2d");
    Layer layer = conv2d_model().attribute("activation", "none").layer();
    layer.constants.clear();
    EXPECT_EQ(row.kernel_parameters(layer, "dot_u8s8").at("sign_matters"), 2);
    EXPECT_EQ(row.kernel_parameters(layer, "dot_u8s8").at("left_shift"), 1);
    EXPECT_EQ(row.kernel_parameters(layer, "dot_u8s8").at("spare_bit"), 0);
    EXPECT_EQ(row.packed_layout(layer, "dot_u8s8").arrays.size(), 6u);
}

TEST(LegaliseConv2d, ReportsWhatDoesNotFit) {
    TinyModel shape = conv2d_model();
    shape.tensor(3).shape = {1, 4, 4, 4};
    EXPECT_THAT(shape.finding(),
                AllOf(HasSubstr("'it' (conv2d)"), HasSubstr("'dst'"), HasSubstr("found 4"), HasSubstr("expected 5")));
    TinyModel rounding = conv2d_model();
    rounding.op().rounding = Rounding::reduced16;
    EXPECT_THAT(rounding.finding(),
                AllOf(HasSubstr("found reduced16"), HasSubstr("expected double or single or float")));
    TinyModel zero = conv2d_model();
    zero.tensor(1).quantization->zero_point[2] = 3;
    EXPECT_THAT(zero.finding(), AllOf(HasSubstr("'wei'"), HasSubstr("zero_point[2]")));
    TinyModel unquantised = conv2d_model();
    unquantised.tensor(0).quantization.reset();
    EXPECT_THAT(unquantised.finding(), AllOf(HasSubstr("'src'"), HasSubstr("quantization")));
    TinyModel channels = conv2d_model();
    channels.tensor(0).shape[3] = 5;
    EXPECT_THAT(channels.finding(), AllOf(HasSubstr("'wei'"), HasSubstr("[4, 3, 3, 5]")));
    TinyModel type = conv2d_model();
    type.tensor(0).dtype = DType::s32;
    EXPECT_THAT(type.finding(), AllOf(HasSubstr("'src'"), HasSubstr("found s32"), HasSubstr("expected s8 or u8")));
    TinyModel mixed = conv2d_model();
    mixed.tensor(3).dtype = DType::u8;
    EXPECT_THAT(mixed.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("found u8"), HasSubstr("expected s8")));
    TinyModel activation = conv2d_model();
    activation.tensor(1).data.clear();
    EXPECT_THAT(activation.finding(), AllOf(HasSubstr("'wei'"), HasSubstr("constant")));
}

TEST(LegaliseConv2d, ReportsFactorsBeyond32Bits) {
    EXPECT_THAT(conv2d_model().attribute("activation", "none").layer().name, "it");
    TinyModel steep = conv2d_model();
    steep.tensor(3).quantization->scale[0] = 1e-9f;
    EXPECT_THAT(steep.attribute("activation", "none").finding(), HasSubstr("output scale of channel 0"));
}

TinyModel fully_connected_model(int64_t k, int64_t n, std::vector<float> scales) {
    TinyModel model("fully_connected");
    model.s8("src", {1, k}, 0.3910152316093445f, 89)
        .weights({n, k}, std::move(scales))
        .bias(std::vector<int32_t>(n, 7))
        .s8("dst", {1, n}, 0.04945912957191467f, -128)
        .attribute("activation", "none");
    return model;
}

TEST(LegaliseFullyConnected, MultipliesOneScaleInF32) {
    const Layer layer = fully_connected_model(64, 2, {0.0003768749884329736f}).layer();
    EXPECT_EQ(layer.constants.at("multiplier").as<int32_t>()[1], 1638001653); // ad01_int8, first layer
    EXPECT_EQ(layer.constants.at("shift").as<int32_t>()[1], -8);
}

TEST(LegaliseFullyConnected, ReportsReductionsThatMayOverflow) {
    // (2^31 - 1 - 7) / (255 * 128) products still fit.
    EXPECT_EQ(fully_connected_model(65793, 1, {0.0001f}).layer().at("k"), 65793);
    EXPECT_THAT(fully_connected_model(65794, 1, {0.0001f}).finding(),
                AllOf(HasSubstr("accumulator of channel 0"), HasSubstr("65794 products")));
}

TEST(LegaliseFullyConnected, BoundsSumsByTheWeightsZeroPoint) {
    const auto model = [](int64_t k) {
        TinyModel fully_connected = fully_connected_model(k, 1, {0.0001f});
        fully_connected.tensor(1).data.assign(static_cast<size_t>(k), 0x80);
        fully_connected.tensor(1).quantization->zero_point = {127};
        return fully_connected;
    };
    // (2^31 - 1 - 7) / (255 * 255) products still fit.
    EXPECT_EQ(model(33025).layer().at("wei_zero"), 127);
    EXPECT_THAT(model(33026).finding(), HasSubstr("accumulator of channel 0"));
}

TEST(LegaliseFullyConnected, HasASpareBitBelowHalfOfS32) {
    const auto spare_bit = [](int64_t k) {
        const Layer layer = fully_connected_model(k, 1, {0.0001f}).layer();
        return find_operator("fully_connected")->kernel_parameters(layer, "dot_u8s8").at("spare_bit");
    };
    EXPECT_EQ(spare_bit(32896), 1); // 32896 * 32640 + 7 < 2^30
    EXPECT_EQ(spare_bit(32897), 0);
}

TEST(LegaliseFullyConnected, TakesAnAbsentBiasForZeros) {
    TinyModel model("fully_connected");
    model.s8("src", {1, 4}, 0.5f, 0).weights({3, 4}, {0.1f}).s8("dst", {1, 3}, 0.5f, 0).attribute("activation", "none");
    const Layer layer = model.layer();
    EXPECT_EQ(layer.constants.at("bia").shape, std::vector<int64_t>{3});
    EXPECT_EQ(layer.constants.at("bia").data, std::vector<uint8_t>(12, 0));
}

TEST(LegaliseFullyConnected, TakesRowsFromAllOuterDimensions) {
    TinyModel model("fully_connected");
    model.s8("src", {2, 3, 4, 5}, 0.5f, 0)
        .weights({6, 20}, {0.1f, 0.2f, 0.3f, 0.1f, 0.1f, 0.1f})
        .bias(std::vector<int32_t>(6, 0))
        .s8("dst", {6, 6}, 0.5f, 0)
        .attribute("activation", "relu");
    EXPECT_EQ(model.layer().at("m"), 6);
    model.tensor(3).shape = {6, 5};
    EXPECT_THAT(model.finding(), HasSubstr("6 rows of 6"));
    model.tensor(0).shape = {2, 3, 4, 4};
    EXPECT_THAT(model.finding(), HasSubstr("multiple of 20"));
}

TEST(LegaliseDepthwise, MatchesChannelsAndMultiplier) {
    TinyModel model("depthwise_conv2d");
    model.s8("src", {1, 5, 5, 3}, 0.5f, 0)
        .weights({1, 3, 3, 6}, {0.1f, 0.2f, 0.3f, 0.1f, 0.1f, 0.1f}, 3)
        .bias(std::vector<int32_t>(6, 0))
        .s8("dst", {1, 5, 5, 6}, 0.5f, 0)
        .attribute("stride", {1, 1})
        .attribute("dilation", {1, 1})
        .attribute("padding", {1, 1, 1, 1})
        .attribute("channel_multiplier", 2)
        .attribute("activation", "relu_n1_to_1");
    EXPECT_EQ(model.layer().at("co"), 6);
    EXPECT_EQ(model.layer().at("clamp_min"), -2);
    EXPECT_EQ(model.layer().at("clamp_max"), 2);
    model.tensor(1).quantization->axis = 0;
    EXPECT_THAT(model.finding(), HasSubstr("6 along axis 3"));
}

} // namespace
} // namespace nibble::test
