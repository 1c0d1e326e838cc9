// Layers that round by `single` and `float`: their factors, and published results.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/operator_table.h"
#include "compiler/operators/support/channel_requantise.h"
#include "compiler/operators/support/sampling.h"
#include "tests/reference/tiny_model.h"

namespace nibble::test {
namespace {

using testing::AllOf;
using testing::ElementsAreArray;
using testing::HasSubstr;

using Bytes = std::vector<uint8_t>;

/// A pointwise layer of two source and three destination channels.
TinyModel pointwise(Rounding rounding, float dst_scale = 0.25f) {
    TinyModel model("conv2d");
    model.s8("src", {1, 1, 1, 2}, 0.3f, -7)
        .weights({3, 1, 1, 2}, {0.01f, 0.02f, 0.3f})
        .bias({10, -20, 30})
        .s8("dst", {1, 1, 1, 3}, dst_scale, 5)
        .attribute("stride", {1, 1})
        .attribute("dilation", {1, 1})
        .attribute("padding", "valid")
        .attribute("groups", 1)
        .attribute("activation", "none");
    model.op().rounding = rounding;
    return model;
}

Bytes results(const Layer &layer, const std::vector<Bytes> &src) {
    std::vector<const void *> sources;
    for (const Bytes &bytes : src) {
        sources.push_back(bytes.data());
    }
    Bytes dst(layer.dst[0].bytes());
    find_operator(layer.op)->reference(layer, sources, {dst.data()});
    return dst;
}

TEST(Rounding, SingleHasTheFactorsOfDouble) {
    const Layer single = pointwise(Rounding::single).layer(), twice = pointwise(Rounding::double_).layer();
    for (const char *factor : {"multiplier", "shift"}) {
        EXPECT_EQ(single.constants.at(factor).data, twice.constants.at(factor).data);
    }
    EXPECT_EQ(single.constants.count("scale"), 0u);
}

TEST(Rounding, FloatHasScalesWhoseEveryStepIsInF32) {
    const Layer layer = pointwise(Rounding::float_).layer();
    EXPECT_EQ(layer.constants.count("multiplier") + layer.constants.count("shift"), 0u);
    const volatile float product = 0.3f * 0.02f, scale = product / 0.25f;
    EXPECT_EQ(layer.constants.at("scale").as<float>()[1], scale);
}

TEST(Rounding, TiesGoUpAwayOrToEven) {
    // Weights 1 and a factor of 1/4 on accumulators -6, -2, 2 and 6.
    const std::vector<std::pair<Rounding, std::vector<int8_t>>> expected = {
        {Rounding::double_, {-2, -1, 1, 2}}, {Rounding::single, {-1, 0, 1, 2}}, {Rounding::float_, {-2, 0, 0, 2}}};
    for (const auto &[rounding, values] : expected) {
        TinyModel model("fully_connected");
        model.s8("src", {4, 1}, 0.5f, 0)
            .weights({1, 1}, {0.5f})
            .bias({0})
            .s8("dst", {4, 1}, 1.0f, 0)
            .attribute("activation", "none");
        model.op().rounding = rounding;
        const Bytes dst = results(model.layer(), {{0xfa, 0xfe, 2, 6}});
        EXPECT_THAT(std::vector<int8_t>(dst.begin(), dst.end()), ElementsAreArray(values)) << to_string(rounding);
    }
}

TEST(Rounding, ReportsFactorsBeyond32Bits) {
    EXPECT_THAT(pointwise(Rounding::single, 1e-8f).finding(),
                AllOf(HasSubstr("output scale of channel 0"), HasSubstr("a factor of about 2^19")));
    EXPECT_THAT(pointwise(Rounding::float_, 1e-8f).finding(), HasSubstr("output scale of channel 0"));
}

TEST(Rounding, EachHasAKindThatServesAllConstants) {
    for (const Rounding rounding : {Rounding::double_, Rounding::single, Rounding::float_}) {
        const Layer layer = pointwise(rounding).layer();
        const std::string name =
            operators::requantise_name(operators::choose_requantise(layer, 2, CheapForms::none).kind);
        EXPECT_EQ(name, rounding == Rounding::double_ ? "q31" : rounding == Rounding::single ? "single" : "nearest");
        EXPECT_EQ(find_operator("conv2d")->kernel_parameters(layer, "dot_s8s8").at("requantise"),
                  operators::general_kind(rounding));
    }
}

// The next two are ONNX's node tests test_qlinearmatmul_2D_uint8_float32 and test_qlinearconv (Apache-2.0).

TEST(Rounding, FloatEqualsOnnxOnMatrices) {
    TinyModel model("batch_matmul");
    model.s8("a", {2, 4}, 0.0066f, 113)
        .s8("b", {4, 3}, 0.00705f, 114)
        .s8("y", {2, 3}, 0.0107f, 118)
        .attribute("adj_x", false)
        .attribute("adj_y", false);
    for (size_t i = 0; i < 3; ++i) {
        model.tensor(i).dtype = DType::u8;
    }
    model.op().rounding = Rounding::float_;
    EXPECT_THAT(results(model.layer(),
                        {{208, 236, 0, 238, 3, 214, 255, 29}, {152, 51, 244, 60, 26, 255, 0, 127, 246, 127, 254, 247}}),
                ElementsAreArray({168, 115, 255, 1, 66, 151}));
}

TEST(Rounding, FloatEqualsOnnxOnAConvolution) {
    TinyModel model("conv2d");
    model.s8("x", {1, 7, 7, 1}, 0.003692046971991658f, 132)
        .weights({1, 1, 1, 1}, {0.0017279457533732057f}, 0, 0)
        .bias({0})
        .s8("y", {1, 7, 7, 1}, 0.001626812620088458f, 123)
        .attribute("stride", {1, 1})
        .attribute("dilation", {1, 1})
        .attribute("padding", "valid")
        .attribute("groups", 1)
        .attribute("activation", "none");
    for (const size_t i : {0, 1, 3}) {
        model.tensor(i).dtype = DType::u8;
    }
    model.tensor(1).quantization->zero_point = {255};
    model.op().rounding = Rounding::float_;
    EXPECT_THAT(
        results(model.layer(), {{255, 174, 162, 25,  203, 168, 58,  15,  59,  237, 95,  129, 0,  64,  56, 242, 153,
                                 221, 168, 12,  166, 232, 178, 186, 195, 237, 162, 237, 188, 39, 124, 77, 80,  102,
                                 43,  127, 230, 21,  83,  41,  40,  134, 255, 154, 92,  141, 42, 148, 247}}),
        ElementsAreArray({0,   81,  93,  230, 52,  87,  197, 240, 196, 18,  160, 126, 255, 191, 199, 13,  102,
                          34,  87,  243, 89,  23,  77,  69,  60,  18,  93,  18,  67,  216, 131, 178, 175, 153,
                          212, 128, 25,  234, 172, 214, 215, 121, 0,   101, 163, 114, 213, 107, 8}));
}

} // namespace
} // namespace nibble::test
