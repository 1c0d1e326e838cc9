// A model that is read and written again is the same model and the same bytes.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.h"
#include "model/model.h"
#include "tests/model/model_folder.h"

namespace nibble {
namespace {

using ::testing::HasSubstr;
using namespace nibble::testing;

class ModelRoundTrip : public ::testing::Test {
protected:
    void SetUp() override {
        write_folder(source.path(), test_file("good_model.json"));
        model = read_model(source.path());
    }

    TempFolder source, copy;
    Model model;
};

TEST_F(ModelRoundTrip, FieldsAreRead) {
    EXPECT_EQ(model.source, (source.path() / "model.json").string());
    ASSERT_EQ(model.tensors.size(), 17u);
    const Tensor &kernel = model.tensors[2];
    EXPECT_EQ(kernel.name, "conv/kernel");
    EXPECT_EQ(kernel.shape, (std::vector<int64_t>{4, 3, 3, 3}));
    EXPECT_EQ(kernel.layout, "OHWI");
    EXPECT_EQ(kernel.dtype, DType::s8);
    ASSERT_TRUE(kernel.quantization.has_value());
    EXPECT_EQ(kernel.quantization->scale, (std::vector<float>{0.25F, 0.5F, 0.75F, 0.25F}));
    EXPECT_EQ(kernel.quantization->granularity, Granularity::per_channel);
    EXPECT_TRUE(kernel.quantization->symmetric);
    EXPECT_EQ(kernel.data.size(), 108u);
    EXPECT_EQ(kernel.data[107], 107);
    EXPECT_FALSE(model.tensors[0].is_constant());
    EXPECT_FALSE(model.tensors[0].quantization.has_value());
    EXPECT_EQ(model.tensors[13].quantization->calibration_method, "minmax");
    EXPECT_EQ(model.tensors[13].quantization->range, std::pair(0.0F, 0.99609375F));
}

TEST_F(ModelRoundTrip, FourBitWeightsArePackedBytes) {
    const Tensor &kernel = model.tensors[15];
    EXPECT_EQ(kernel.dtype, DType::s4);
    EXPECT_EQ(kernel.elements(), 64);
    EXPECT_EQ(kernel.data.size(), 32u);
    EXPECT_EQ(kernel.quantization->group_size, 4);
    EXPECT_EQ(kernel.quantization->scale.size(), 16u);
}

TEST_F(ModelRoundTrip, OperatorsAreRead) {
    const Operator &depthwise = model.operators[2];
    EXPECT_EQ(depthwise.type, "depthwise_conv2d");
    EXPECT_EQ(depthwise.inputs, (std::vector<int>{4, 5, -1}));
    EXPECT_EQ(depthwise.attributes["padding"], (std::vector<int>{0, 0, 1, 1}));
    EXPECT_EQ(depthwise.rounding, Rounding::double_);
    EXPECT_EQ(model.operators.back().type, "gemm_blocks") << "types without a rule are the compiler's to refuse";
    EXPECT_EQ(model.outputs, (std::vector<int>{14, 16}));
}

TEST_F(ModelRoundTrip, SameModelSameBytes) {
    write_model(model, copy.path());
    EXPECT_EQ(read_bytes(copy.path() / "model.json"), test_file("good_model.json"));
    EXPECT_EQ(read_bytes(copy.path() / "weights.safetensors"), read_bytes(source.path() / "weights.safetensors"));
}

TEST_F(ModelRoundTrip, ScalesKeepEveryBit) {
    const float scale = 0.1F / 3;
    model.tensors[1].quantization->scale = {scale};
    write_model(model, copy.path());
    EXPECT_EQ(read_model(copy.path()).tensors[1].quantization->scale[0], scale);
}

TEST_F(ModelRoundTrip, BrokenModelIsNotWritten) {
    model.operators[1].name = "not a name";
    model.tensors[4].shape[0] = 0;
    try {
        write_model(model, copy.path() / "out");
        FAIL() << "a broken model was written";
    } catch (const Error &error) {
        EXPECT_EQ(error.findings().size(), 2u) << error.what();
    }
    EXPECT_FALSE(std::filesystem::exists(copy.path() / "out"));
}

TEST_F(ModelRoundTrip, UnwritableFolderIsNamed) {
    write_bytes(copy.path() / "file", "");
    try {
        write_model(model, copy.path() / "file");
        FAIL() << "a file was taken for a folder";
    } catch (const Error &error) {
        EXPECT_THAT(error.what(), HasSubstr((copy.path() / "file").string()));
    }
}

TEST(ModelTypes, NamesComeBack) {
    for (const DType dtype : {DType::s4, DType::u4, DType::s8, DType::u8, DType::s16, DType::u16, DType::s32,
                              DType::s64, DType::f16, DType::f32}) {
        EXPECT_EQ(dtype_from_string(to_string(dtype)), dtype);
    }
    for (const Rounding rounding :
         {Rounding::none, Rounding::double_, Rounding::single, Rounding::float_, Rounding::reduced16}) {
        EXPECT_EQ(rounding_from_string(to_string(rounding)), rounding);
    }
    EXPECT_EQ(dtype_from_string("s2"), std::nullopt);
    EXPECT_EQ(rounding_from_string("up"), std::nullopt);
}

TEST(ModelTypes, SizesSaturate) {
    Tensor tensor;
    tensor.dtype = DType::s4;
    tensor.shape = {3, 3};
    EXPECT_EQ(tensor.bytes(), 5);
    tensor.shape = {INT64_MAX, 2};
    EXPECT_EQ(tensor.elements(), INT64_MAX);
    EXPECT_EQ(tensor.bytes(), INT64_MAX);
}

} // namespace
} // namespace nibble
