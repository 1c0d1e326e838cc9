// From a model's scales and shapes to integers for operators without weights: TFLite's results, and a finding for what
// has none.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/operator_table.h"
#include "compiler/operators/support/broadcast.h"
#include "runtime/reference/quantize_multiplier.h"
#include "tests/reference/tiny_model.h"

namespace nibble::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(LegaliseAdd, GivesTflitesFactors) {
    TinyModel model("add");
    model
        .s8("a", {1, 32, 32, 16}, 0.039393551647663116f, -128) // ResNet-8, first addition
        .s8("b", {1, 32, 32, 16}, 0.10419496148824692f, 4)
        .s8("dst", {1, 32, 32, 16}, 0.050945673137903214f, -128)
        .attribute("activation", "relu");
    const Layer layer = model.layer();
    EXPECT_EQ(layer.at("src0_multiplier"), 1623821475);
    EXPECT_EQ(layer.at("src0_shift"), -2);
    EXPECT_EQ(layer.at("src1_multiplier"), 1073741824);
    EXPECT_EQ(layer.at("src1_shift"), 0);
    EXPECT_EQ(layer.at("dst_multiplier"), 1098017566);
    EXPECT_EQ(layer.at("dst_shift"), -17);
    EXPECT_EQ(layer.at("d3"), 16384);
    model.tensor(1).shape = {1, 32, 31, 16};
    EXPECT_THAT(model.finding(), AllOf(HasSubstr("'b'"), HasSubstr("broadcasts with [1, 32, 32, 16]")));
    model.tensor(1).shape = {16};
    model.tensor(2).quantization->scale[0] = 1e-8f;
    EXPECT_THAT(model.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("scale")));
}

TEST(LegaliseAdd, PacksAConstantOperand) {
    TinyModel model("add");
    model.weights({3}, {0.5f}, 0, 7)
        .s8("b", {2, 3}, 0.25f, 0)
        .s8("dst", {2, 3}, 0.5f, 0)
        .attribute("activation", "none");
    const Layer layer = model.layer();
    EXPECT_EQ(layer.at("src0_constant"), 1);
    EXPECT_EQ(layer.at("src1_constant"), 0);
    ASSERT_EQ(layer.src.size(), 1u);
    EXPECT_EQ(layer.src[0].name, "b");
    EXPECT_EQ(layer.constants.at("src0").data, std::vector<uint8_t>(3, 7));
    model.tensor(1).data.assign(6, 0);
    EXPECT_THAT(model.finding(), AllOf(HasSubstr("'b'"), HasSubstr("found a constant")));
}

TEST(LegaliseMul, TakesTheFactorInF32) {
    TinyModel model("mul");
    model.s8("a", {4, 5}, 0.1f, -3).s8("b", {5}, 0.3f, 9).s8("dst", {4, 5}, 0.7f, 0).attribute("activation", "relu");
    const Layer layer = model.layer();
    const float product = 0.1f * 0.3f, factor = product / 0.7f;
    const auto expected = reference::quantize_multiplier(double{factor});
    EXPECT_NE(expected.multiplier,
              reference::quantize_multiplier(double{0.1f} * double{0.3f} / double{0.7f}).multiplier);
    EXPECT_EQ(layer.at("multiplier"), expected.multiplier);
    EXPECT_EQ(layer.at("shift"), expected.shift);
    EXPECT_EQ(layer.at("clamp_min"), 0);
    model.tensor(2).quantization->scale[0] = 1e-7f;
    EXPECT_THAT(model.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("in 32 bits")));
}

TEST(LegaliseMaximum, ReportsOtherScales) {
    TinyModel model("maximum");
    model.s8("a", {4, 5}, 0.5f, 3).s8("b", {4, 5}, 0.5f, 3).s8("dst", {4, 5}, 0.5f, 3);
    EXPECT_EQ(model.layer().at("d3"), 20);
    model.tensor(1).quantization->zero_point[0] = 4;
    EXPECT_THAT(model.finding(), AllOf(HasSubstr("'b'"), HasSubstr("the first source's, scale 0.5, zero point 3")));
}

TEST(Broadcast, MergesNeighbours) {
    const auto channels = operators::collapse_broadcast({2, 3, 4, 5}, {5});
    EXPECT_EQ(channels->dst, (std::array<int64_t, 4>{1, 1, 24, 5}));
    EXPECT_EQ(channels->src1, (std::array<int64_t, 4>{1, 1, 1, 5}));
    const auto outer = operators::collapse_broadcast({9, 1}, {1, 33});
    EXPECT_EQ(outer->src0, (std::array<int64_t, 4>{1, 1, 9, 1}));
    EXPECT_EQ(outer->src1, (std::array<int64_t, 4>{1, 1, 1, 33}));
    EXPECT_FALSE(operators::collapse_broadcast({2, 1, 2, 1, 2}, {1, 2, 1, 2, 1}));
    EXPECT_FALSE(operators::broadcast_shape({3, 4}, {2, 4}));
}

TEST(LegaliseSoftmax, GivesTflitesIntegers) {
    TinyModel model("softmax");
    model.s8("src", {1, 12}, 0.14469251036643982f, 14).s8("dst", {1, 12}, 1.0f / 256, -128).attribute("beta", 1.0);
    const Layer layer = model.layer();
    EXPECT_EQ(layer.at("multiplier"), 1242899200);
    EXPECT_EQ(layer.at("shift"), 24);
    EXPECT_EQ(layer.at("diff_min"), -124);
    model.tensor(1).quantization->zero_point[0] = 0;
    EXPECT_THAT(model.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("zero point -128")));
}

TEST(LegaliseLookup, PacksTheReferencesBytes) {
    TinyModel model("logistic");
    model.s8("src", {2, 3}, 0.05f, 3).s8("dst", {2, 3}, 1.0f / 256, -128);
    Layer layer = model.layer();
    const OperatorRow &row = *find_operator("logistic");
    ASSERT_EQ(row.packed_layout(layer, "loads").bytes, 256);
    std::vector<uint8_t> table(256);
    row.pack(layer, "loads", table.data());
    EXPECT_EQ(table[3], 0); // a half of 256 steps above -128
    EXPECT_EQ(table[0x80], static_cast<uint8_t>(-128 + 0));
    EXPECT_EQ(table[0x7f], static_cast<uint8_t>(-128 + 255));
    layer.src[0].dtype = layer.dst[0].dtype = DType::u8;
    row.pack(layer, "loads", table.data());
    EXPECT_EQ(table[128 + 3], 128);
    EXPECT_EQ(table[0], 0);
    EXPECT_EQ(table[255], 255);
}

TEST(LegaliseLookup, ReportsOtherScales) {
    TinyModel logistic("logistic");
    logistic.s8("src", {5}, 0.05f, 3).s8("dst", {5}, 1.0f / 256, 0);
    EXPECT_THAT(logistic.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("zero point -128")));
    TinyModel relu("relu");
    relu.s8("src", {5}, 1.0f, 0).s8("dst", {5}, 1e-8f, 0).attribute("activation", "relu");
    EXPECT_THAT(relu.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("factor below 2^22")));
    TinyModel hard_swish("hard_swish");
    hard_swish.s8("src", {5}, 1.0f, 0).s8("dst", {5}, 0.001f, 0);
    EXPECT_THAT(hard_swish.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("source's / 128")));
}

TEST(LegaliseRows, ReportOtherScalesAndLongRows) {
    TinyModel log_softmax("log_softmax");
    log_softmax.s8("src", {1, 4096}, 0.05f, 3).s8("dst", {1, 4096}, 1.0f / 16, 127);
    EXPECT_THAT(log_softmax.finding(), AllOf(HasSubstr("'src'"), HasSubstr("at most 4095")));
    TinyModel l2("l2_normalization");
    l2.s8("src", {1, 8}, 0.05f, 3).s8("dst", {1, 8}, 1.0f / 64, 0);
    EXPECT_THAT(l2.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("scale 0.0078125")));
}

TEST(LegaliseAveragePool, ReportsOtherScalesAndEmptyWindows) {
    TinyModel model("average_pool2d");
    model.s8("src", {1, 4, 4, 2}, 0.5f, 3)
        .s8("dst", {1, 2, 2, 2}, 0.5f, 3)
        .attribute("kernel", {2, 2})
        .attribute("stride", {2, 2})
        .attribute("padding", "valid")
        .attribute("activation", "none");
    EXPECT_EQ(model.layer().at("oh"), 2);
    model.tensor(1).quantization->scale[0] = 0.25f;
    EXPECT_THAT(model.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("the source's")));
    model.tensor(1).quantization->scale[0] = 0.5f;
    model.tensor(1).shape = {1, 4, 2, 2};
    model.attribute("padding", {2, 0, 2, 0});
    EXPECT_THAT(model.finding(), HasSubstr("at least one source pixel"));
}

TEST(LegaliseConversions, CarryScalesAsIntegers) {
    TinyModel quantize("quantize");
    quantize.f32("src", {2, 3}).s8("dst", {2, 3}, 0.5f, -4);
    EXPECT_EQ(quantize.layer().at("scale_bits"), 0x3f000000);
    TinyModel dequantize("dequantize");
    dequantize.s8("src", {2, 3}, 0.5f, -4).f32("dst", {3, 2});
    EXPECT_THAT(dequantize.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("expected [2, 3]")));
    TinyModel requantize("requantize");
    requantize.s8("src", {6}, 0.5f, -4).s8("dst", {6}, 0.25f, 9);
    EXPECT_EQ(requantize.layer().at("multiplier"), 1 << 30);
    EXPECT_EQ(requantize.layer().at("shift"), 2);
    requantize.tensor(1).quantization->scale[0] = 1e-8f;
    EXPECT_THAT(requantize.finding(), HasSubstr("scale"));
    TinyModel reshape("reshape");
    reshape.s8("src", {2, 3}, 0.5f, 0).s8("dst", {7}, 0.5f, 0);
    EXPECT_THAT(reshape.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("6 elements")));
}

} // namespace
} // namespace nibble::test
