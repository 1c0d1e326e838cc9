// Operators of s16 activations as layers: rows, roundings and widths, and a finding for what has none.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/operators/support/quantisation.h"
#include "runtime/reference/requantize_math.h"
#include "tests/reference/tiny_model.h"

namespace nibble::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TinyModel conv2d_model() {
    TinyModel model("conv2d");
    model.s16("src", {1, 8, 9, 3}, 0.002f)
        .weights({4, 3, 3, 3}, {0.01f, 0.02f, 0.03f, 0.04f})
        .s16("dst", {1, 4, 5, 4}, 0.001f)
        .attribute("stride", {2, 2})
        .attribute("dilation", {1, 1})
        .attribute("padding", "same")
        .attribute("groups", 1)
        .attribute("activation", "relu6");
    model.op().rounding = Rounding::reduced16;
    return model;
}

TEST(LegaliseS16, ConvolutionsHaveARowOfTheirOwn) {
    TinyModel model = conv2d_model();
    const Layer wide = model.layer();
    EXPECT_EQ(wide.op, "conv2d_s16");
    EXPECT_EQ(wide.at("acc_bits"), 64);
    EXPECT_EQ(wide.constants.at("bia").dtype, DType::s64);
    EXPECT_EQ(wide.at("clamp_min"), 0);
    EXPECT_EQ(wide.at("clamp_max"), 6000);
    model.op().rounding = Rounding::double_;
    const Layer narrow = model.layer();
    EXPECT_EQ(narrow.at("acc_bits"), 32);
    EXPECT_EQ(narrow.constants.at("bia").dtype, DType::s32);
}

TEST(LegaliseS16, ReportsWhatDoesNotFit) {
    TinyModel rounding = conv2d_model();
    rounding.op().rounding = Rounding::float_;
    EXPECT_THAT(rounding.finding(), AllOf(HasSubstr("found float"), HasSubstr("expected double or reduced16")));
    TinyModel zero = conv2d_model();
    zero.tensor(0).quantization->zero_point[0] = 3;
    EXPECT_THAT(zero.finding(), AllOf(HasSubstr("'src': zero_point: found 3"), HasSubstr("expected 0")));
    TinyModel weight_zero = conv2d_model();
    weight_zero.tensor(1).quantization = zero.tensor(2).quantization;
    weight_zero.tensor(1).quantization->zero_point[0] = -2;
    EXPECT_THAT(weight_zero.finding(), AllOf(HasSubstr("'wei': zero_point: found -2"), HasSubstr("expected 0")));
    TinyModel mixed = conv2d_model();
    mixed.tensor(2).dtype = DType::s8;
    EXPECT_THAT(mixed.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("found s8"), HasSubstr("expected s16")));
    TinyModel fine = conv2d_model();
    fine.tensor(2).quantization->scale[0] = 1e-7f;
    EXPECT_THAT(fine.finding(), AllOf(HasSubstr("output scale of channel 0"), HasSubstr("below 2^7")));
    TinyModel long_sum("fully_connected");
    long_sum.s16("src", {1, 600}, 0.002f)
        .weights({1, 600}, {0.01f}, 0, 127)
        .s16("dst", {1, 1}, 1)
        .attribute("activation", "none");
    EXPECT_THAT(long_sum.finding(), AllOf(HasSubstr("accumulator of channel 0"), HasSubstr("at most 2147483647")));
    TinyModel named("conv2d_s16");
    named.s16("src", {1}, 1).s16("dst", {1}, 1);
    EXPECT_THAT(named.finding(), AllOf(HasSubstr("found conv2d_s16"), HasSubstr("expected conv2d, with s16")));
}

TEST(LegaliseS16, WidensWeightsOfFourBits) {
    TinyModel model("fully_connected");
    model.s16("src", {2, 3}, 0.5f).weights({2, 3}, {0.25f}).s16("dst", {2, 2}, 0.5f).attribute("activation", "none");
    model.tensor(1).dtype = DType::s4;
    model.tensor(1).data = {0x21, 0xf8, 0x7e}; // 1 2, -8 -1, -2 7
    const Constant wei = model.layer().constants.at("wei");
    EXPECT_EQ(std::vector<int8_t>(wei.as<int8_t>(), wei.as<int8_t>() + 6), (std::vector<int8_t>{1, 2, -8, -1, -2, 7}));
    EXPECT_EQ(wei.shape, (std::vector<int64_t>{2, 1, 1, 3}));
}

TEST(LegaliseS16, DepthwiseWindowsAreGroups) {
    TinyModel model("depthwise_conv2d");
    model.s16("src", {1, 4, 4, 2}, 0.5f)
        .weights({1, 1, 2, 4}, {1, 1, 1, 1}, 3)
        .s16("dst", {1, 4, 3, 4}, 0.5f)
        .attribute("stride", {1, 1})
        .attribute("dilation", {1, 1})
        .attribute("padding", "valid")
        .attribute("channel_multiplier", 2)
        .attribute("activation", "none");
    model.tensor(1).data = {0, 1, 2, 3, 4, 5, 6, 7};
    const Layer layer = model.layer();
    EXPECT_EQ(layer.at("groups"), 2);
    const Constant &wei = layer.constants.at("wei");
    EXPECT_EQ(wei.shape, (std::vector<int64_t>{4, 1, 2, 1}));
    EXPECT_EQ(wei.data, (std::vector<uint8_t>{0, 4, 1, 5, 2, 6, 3, 7}));
}

TEST(LegaliseS16, TransposedWindowsGoBackwardsOnASpreadSource) {
    TinyModel model("transpose_conv2d");
    model.s16("src", {1, 2, 3, 1}, 0.5f)
        .weights({1, 3, 2, 1}, {1}, 0)
        .s16("dst", {1, 4, 9, 1}, 0.5f)
        .attribute("stride", {2, 3})
        .attribute("padding", "same")
        .attribute("activation", "none");
    model.tensor(1).data = {1, 2, 3, 4, 5, 6};
    const Layer layer = model.layer();
    EXPECT_EQ(layer.at("up_h"), 2);
    EXPECT_EQ(layer.at("up_w"), 3);
    EXPECT_EQ(layer.at("stride_h"), 1);
    EXPECT_EQ(layer.at("pad_top"), 2); // of 3 taps, 0 before
    EXPECT_EQ(layer.at("pad_left"), 1);
    EXPECT_EQ(layer.constants.at("wei").data, (std::vector<uint8_t>{6, 5, 4, 3, 2, 1}));
}

TEST(LegaliseS16, MatricesOfWeightsAreWindowsOfOneTap) {
    TinyModel model("batch_matmul");
    model.s16("lhs", {2, 5, 3}, 0.5f)
        .weights({3, 2}, {0.5f, 0.25f}, 1)
        .s16("dst", {2, 5, 2}, 0.5f)
        .attribute("adj_x", false)
        .attribute("adj_y", false);
    model.op().rounding = Rounding::reduced16;
    model.tensor(1).data = {1, 2, 3, 4, 5, 6};
    const Layer layer = model.layer();
    EXPECT_EQ(layer.op, "conv2d_s16");
    EXPECT_EQ(layer.at("w"), 10);
    EXPECT_EQ(layer.constants.at("wei").data, (std::vector<uint8_t>{1, 3, 5, 2, 4, 6}));
    EXPECT_EQ(layer.constants.at("shift").as<int32_t>()[0] - layer.constants.at("shift").as<int32_t>()[1], 1);
    model.tensor(1).data.clear();
    model.tensor(1).quantization->scale = {0.5f};
    model.tensor(1).quantization->zero_point = {0};
    const Layer products = model.layer();
    EXPECT_EQ(products.op, "batch_matmul_s16");
    EXPECT_EQ(products.at("rhs_bits"), 8);
    EXPECT_EQ(products.src.size(), 2u);
}

TEST(LegaliseS16, SumsOfTwoAndPoolsHaveSixteenBits) {
    TinyModel model("add");
    model.s16("a", {4, 5}, 0.5f).s16("b", {5}, 0.25f).s16("dst", {4, 5}, 0.125f).attribute("activation", "none");
    const Layer layer = model.layer();
    EXPECT_EQ(layer.at("bits"), 16);
    EXPECT_EQ(layer.at("left_shift"), 15);
    EXPECT_EQ(layer.at("clamp_min"), -32768);
    TinyModel softmax("softmax");
    softmax.s16("src", {1, 12}, 0.001f).s16("dst", {1, 12}, 1.0f / 32768).attribute("beta", 1.0);
    EXPECT_EQ(softmax.layer().op, "softmax_s16");
    softmax.tensor(1).quantization->scale[0] = 1.0f / 65536;
    EXPECT_THAT(softmax.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("scale")));
    TinyModel relu("relu");
    relu.s16("src", {3}, 0.5f).s16("dst", {3}, 0.5f).attribute("activation", "relu");
    EXPECT_EQ(relu.layer().op, "leaky_relu_s16");
    EXPECT_EQ(relu.layer().at("clamp_min"), 0);
}

TEST(RequantizeReduced16, RoundsOnceAndKeeps32Bits) {
    using reference::requantize_reduced16;
    EXPECT_EQ(reference::reduced16_multiplier(0x7FFEFFFF), 0x7FFF);
    EXPECT_EQ(reference::reduced16_multiplier(0x7FFFFFFF), 0x7FFF);
    EXPECT_EQ(reference::reduced16_multiplier(0x40007FFF), 0x4000);
    EXPECT_EQ(requantize_reduced16(3, 1 << 30, 0), 2);   // 1.5
    EXPECT_EQ(requantize_reduced16(-3, 1 << 30, 0), -1); // -1.5
    EXPECT_EQ(requantize_reduced16(int64_t{1} << 33, 1 << 30, 0), 0);
}

} // namespace
} // namespace nibble::test
