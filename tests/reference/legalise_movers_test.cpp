// Operators that move elements, from a model to integers: merged dimensions, and a finding for what does not fit.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/operator_table.h"
#include "compiler/operators/support/movers.h"
#include "tests/reference/tiny_model.h"

namespace nibble::test {
namespace {

using operators::merged_box;
using operators::strided_copy;
using testing::AllOf;
using testing::HasSubstr;

TEST(MergedBox, MergesWholeDimensionsIntoTheNextOuterOne) {
    const auto box = merged_box({{1, 1, 0}, {6, 4, 1}, {5, 5, 0}, {3, 3, 0}});
    ASSERT_EQ(box.size(), operators::box_rank);
    EXPECT_EQ(box[3].whole, 90);
    EXPECT_EQ(box[3].part, 60);
    EXPECT_EQ(box[3].begin, 15);
    EXPECT_EQ(box[2].whole, 1);
    EXPECT_TRUE(merged_box({{2, 1, 0}, {2, 1, 0}, {2, 1, 0}, {2, 1, 0}, {2, 1, 0}}).empty());
}

TEST(StridedCopy, MergesRunsAndDropsExtentsOfOne) {
    const Attributes parameters = strided_copy(8, {{4, 15}, {1, 7}, {3, 5}, {5, 1}});
    EXPECT_EQ(parameters.at("e5"), 60);
    EXPECT_EQ(parameters.at("s5"), 1);
    EXPECT_EQ(parameters.at("e4"), 1);
}

TinyModel concat_model() {
    TinyModel model("concat");
    model.s8("left", {2, 3, 4}, 0.5f, -7)
        .s8("right", {2, 5, 4}, 0.5f, -7)
        .s8("dst", {2, 8, 4}, 0.5f, -7)
        .attribute("axis", 1);
    return model;
}

TEST(LegaliseConcat, TakesRowsFromTheAxisOn) {
    const Layer layer = concat_model().layer();
    EXPECT_EQ(layer.at("rows"), 2);
    EXPECT_EQ(layer.at("w0"), 12);
    EXPECT_EQ(layer.at("w1"), 20);
    EXPECT_EQ(layer.at("t1"), 0);
}

TEST(LegaliseConcat, ReportsWhatDoesNotFit) {
    TinyModel scales = concat_model();
    scales.tensor(1).quantization->scale[0] = 0.25f;
    EXPECT_THAT(scales.finding(), AllOf(HasSubstr("'right'"), HasSubstr("scale 0.25"), HasSubstr("scale 0.5")));
    TinyModel shapes = concat_model();
    shapes.tensor(1).shape = {2, 5, 3};
    EXPECT_THAT(shapes.finding(), AllOf(HasSubstr("'right'"), HasSubstr("[2, 5, 4]")));
    TinyModel whole = concat_model();
    whole.tensor(2).shape = {2, 9, 4};
    EXPECT_THAT(whole.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("[2, 8, 4]")));
    EXPECT_THAT(concat_model().attribute("axis", 3).finding(), HasSubstr("a dimension of [2, 3, 4]"));
}

TEST(LegaliseConcat, GivesU8OfAnotherScaleATable) {
    TinyModel model = concat_model();
    for (const size_t tensor : {0, 1, 2}) {
        model.tensor(tensor).dtype = DType::u8;
        model.tensor(tensor).quantization->zero_point[0] = 100;
    }
    model.tensor(1).quantization->scale[0] = 0.25f;
    const Layer layer = model.layer();
    EXPECT_EQ(layer.at("t0"), 0);
    EXPECT_EQ(layer.at("t1"), 1);
    const auto *table = layer.constants.at("table1").as<uint8_t>();
    EXPECT_EQ(table[100], 100);
    EXPECT_EQ(table[101], 101); // half a step, away from zero
    EXPECT_EQ(table[97], 98);   // -1.5
    EXPECT_EQ(table[255], 178);
}

TEST(LegaliseSlice, ReportsWhatLeavesItsSource) {
    TinyModel model("slice");
    model.s8("src", {4, 6}, 0.5f, 3).s8("dst", {4, 5}, 0.5f, 3).attribute("begin", {0, 1});
    EXPECT_EQ(model.layer().at("b3"), 1);
    EXPECT_THAT(model.attribute("begin", {0, 2}).finding(), HasSubstr("a box inside 6"));
    EXPECT_THAT(model.attribute("begin", {0}).finding(), HasSubstr("a position in [4, 6]"));
    model.attribute("begin", {0, 1}).tensor(1).quantization->zero_point[0] = 4;
    EXPECT_THAT(model.finding(), AllOf(HasSubstr("'dst'"), HasSubstr("zero point 3")));
}

TEST(LegalisePad, ChecksShapesAndValue) {
    TinyModel model("pad");
    model.s8("src", {2, 3}, 0.5f, 3)
        .s8("dst", {2, 6}, 0.5f, 3)
        .attribute("before", {0, 1})
        .attribute("after", {0, 2})
        .attribute("value", 3);
    EXPECT_EQ(model.layer().at("value"), 3);
    EXPECT_THAT(model.attribute("value", 128).finding(), HasSubstr("-128 to 127"));
    EXPECT_THAT(model.attribute("value", 0).attribute("after", {1, 2}).finding(), HasSubstr("[3, 6]"));
}

TEST(LegaliseTranspose, ChecksThePermutation) {
    TinyModel model("transpose");
    model.s8("src", {2, 3, 4}, 0.5f, 3).s8("dst", {4, 2, 3}, 0.5f, 3).attribute("permutation", {2, 0, 1});
    const Attributes kernel = find_operator("transpose")->kernel_parameters(model.layer(), "direct");
    EXPECT_EQ(kernel.at("e4"), 4);
    EXPECT_EQ(kernel.at("s4"), 1);
    EXPECT_EQ(kernel.at("e5"), 6);
    EXPECT_EQ(kernel.at("s5"), 4);
    EXPECT_THAT(model.attribute("permutation", {2, 0, 2}).finding(), HasSubstr("each dimension of [2, 3, 4] once"));
    EXPECT_THAT(model.attribute("permutation", {0, 1, 2}).finding(), HasSubstr("[2, 3, 4]"));
}

TEST(LegaliseSpaceToDepth, WantsWholeBlocks) {
    TinyModel model("space_to_depth");
    model.s8("src", {1, 4, 6, 3}, 0.5f, 3).s8("dst", {1, 2, 3, 12}, 0.5f, 3).attribute("block", 2);
    EXPECT_EQ(model.layer().at("c"), 3);
    EXPECT_THAT(model.attribute("block", 4).finding(), HasSubstr("multiples of 4"));
}

TEST(LegaliseResizeBilinear, ChecksPositions) {
    TinyModel model("resize_bilinear");
    model.s8("src", {1, 4, 4, 2}, 0.5f, 3)
        .s8("dst", {1, 8, 8, 2}, 0.5f, 3)
        .attribute("align_corners", true)
        .attribute("half_pixel_centers", false);
    EXPECT_EQ(model.layer().at("oh"), 8);
    EXPECT_THAT(model.attribute("half_pixel_centers", true).finding(), HasSubstr("one of the two"));
    model.attribute("align_corners", false).attribute("half_pixel_centers", false).tensor(0).shape = {1, 3, 4, 2};
    model.tensor(1).shape = {1, 5000, 8, 2}; // 3 / 5000 in 10 bits is 1 / 1024
    EXPECT_THAT(model.finding(), HasSubstr("positions stay inside the source"));
}

} // namespace
} // namespace nibble::test
