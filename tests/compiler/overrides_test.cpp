// Encodings of float tensors: what the files may say, and what becomes of a model.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/overrides.h"

#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/files.h"
#include "compiler/operator_table.h"
#include "model/error.h"
#include "tests/compiler/small_model.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int conv_wei = 1, conv_bia = 2, dense_wei = 5, dense_bia = 6;

/// The model's integers as reals.
void make_float(Tensor &tensor) {
    std::vector<float> values;
    const bool words = tensor.dtype == DType::s32;
    for (int64_t i = 0; i < tensor.elements(); ++i) {
        int32_t word = 0;
        std::memcpy(&word, tensor.data.data() + i * (words ? 4 : 1), words ? 4 : 1);
        const int32_t value = words ? word : static_cast<int8_t>(word);
        const auto channel = static_cast<size_t>(i / (tensor.elements() / tensor.shape[0]));
        values.push_back(static_cast<float>(value) * tensor.quantization->scale[channel]);
    }
    tensor.dtype = DType::f32;
    tensor.quantization.reset();
    tensor.data.resize(values.size() * sizeof(float));
    std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
}

Model float_weights_model() {
    Model model = small_model(5);
    for (const int tensor : {conv_wei, conv_bia, dense_wei, dense_bia}) {
        make_float(model.tensors[tensor]);
    }
    check_model(model);
    return model;
}

class Overrides : public testing::Test {
protected:
    TempFolder temp{fs::temp_directory_path(), "nibble-test-"};
    Model model = float_weights_model();

    void apply(const std::string &text) {
        write_file(temp.path() / "o.json", text);
        apply_overrides(read_overrides(temp.path() / "o.json"), "o.json", model);
        check_model(model);
    }

    std::string refusal(const std::string &text) {
        try {
            apply(text);
        } catch (const Error &error) {
            return error.what();
        }
        return "";
    }
};

/// Element i of packed s4.
int nibble_at(const Tensor &tensor, int64_t i) {
    const int nibble = (tensor.data[static_cast<size_t>(i / 2)] >> (4 * (i % 2))) & 15;
    return (nibble ^ 8) - 8;
}

TEST_F(Overrides, QuantisesWeightsOfMixedWidths) {
    const Model before = model;
    apply(
        R"({"param_encodings": {"conv/wei": [{"bitwidth": 8}], "dense/*": [{"bitwidth": 4, "is_symmetric": "True"}]}})");
    EXPECT_EQ(model.tensors[conv_wei].dtype, DType::s8);
    const Tensor &dense = model.tensors[dense_wei];
    ASSERT_EQ(dense.dtype, DType::s4);
    ASSERT_EQ(dense.quantization->scale.size(), 10u);
    const auto *reals = reinterpret_cast<const float *>(before.tensors[dense_wei].data.data());
    for (int64_t c = 0; c < 10; ++c) {
        float most = 0;
        for (int64_t k = 0; k < 144; ++k) {
            most = std::max(most, std::abs(reals[c * 144 + k]));
        }
        EXPECT_EQ(dense.quantization->scale[c], most / 7);
        for (int64_t k = 0; k < 144; ++k) {
            const double steps = std::nearbyint(double{reals[c * 144 + k]} / double{dense.quantization->scale[c]});
            EXPECT_EQ(nibble_at(dense, c * 144 + k), static_cast<int>(steps));
        }
    }
    EXPECT_EQ(model.tensors[dense_bia].dtype, DType::s32);
    EXPECT_EQ(model.tensors[dense_bia].quantization->scale[3], 0.2f * dense.quantization->scale[3]);
    std::vector<Finding> findings;
    for (const Operator &op : model.operators) {
        find_operator(op.type)->legalise(model, op, findings);
    }
    EXPECT_TRUE(findings.empty()) << findings.front().where;
}

TEST_F(Overrides, TakesGivenScalesAndOffsets) {
    apply(R"({"param_encodings": [{"name": "conv/wei", "bw": 8, "is_sym": true},
        {"name": "dense/wei", "bw": 4, "dtype": "INT", "enc_type": "PER_TENSOR", "is_sym": false, "scale": [0.25],
         "offset": [-6]}]})");
    const Tensor &dense = model.tensors[dense_wei];
    EXPECT_EQ(dense.dtype, DType::u4);
    EXPECT_EQ(dense.quantization->scale, std::vector<float>(10, 0.25f));
    EXPECT_EQ(dense.quantization->zero_point, std::vector<int32_t>(10, 6));
}

TEST_F(Overrides, GivesGroupsScales) {
    apply(R"({"param_encodings": {"conv/wei": [{"bitwidth": 4}], "dense/wei": [{"bitwidth": 4, "group_size": 48}]}})");
    const Quantization &q = *model.tensors[dense_wei].quantization;
    EXPECT_EQ(q.granularity, Granularity::per_group);
    EXPECT_EQ(q.group_size, 48);
    EXPECT_EQ(q.scale.size(), 30u);
}

TEST_F(Overrides, GivesBlocksIntegers) {
    const Model before = model;
    std::string integers = "1", scales = "0.01";
    for (int i = 1; i < 30; ++i) {
        integers += fmt::format(", {}", 1 + i % 16);
        scales += i < 10 ? fmt::format(", {}", 0.01 * (i + 1)) : "";
    }
    const std::string entry = R"({"name": "dense/wei", "enc_type": "LPBQ", "dtype": "INT", "bw": 8, "compressed_bw": 4,
        "is_sym": true, "block_size": 48, "offset": [-128], "scale": [)" +
                              scales + R"(], "per_block_int_scale": [)";
    const std::string conv = R"({"name": "conv/wei", "bw": 8}, )";
    apply(R"({"param_encodings": [)" + conv + entry + integers + "]}]}");
    const Tensor &dense = model.tensors[dense_wei];
    ASSERT_EQ(dense.dtype, DType::s4);
    EXPECT_EQ(dense.quantization->scale.size(), 10u);
    ASSERT_EQ(dense.quantization->group_multiplier.size(), 30u);
    const auto *reals = reinterpret_cast<const float *>(before.tensors[dense_wei].data.data());
    for (int64_t i = 0; i < 1440; ++i) {
        const float scale = dense.quantization->scale[static_cast<size_t>(i / 144)] *
                            static_cast<float>(dense.quantization->group_multiplier[static_cast<size_t>(i / 48)]);
        const double steps = std::nearbyint(double{reals[i]} / double{scale});
        ASSERT_EQ(nibble_at(dense, i), static_cast<int>(std::clamp(steps, -8.0, 7.0))) << i;
    }
    EXPECT_EQ(model.tensors[dense_bia].quantization->scale[3], 0.2f * dense.quantization->scale[3]);
    check_model(model);
    model = before;
    EXPECT_THAT(refusal(R"({"param_encodings": [)" + conv + entry + "1, 2]}]}"),
                HasSubstr("per_block_int_scale: found 2 integers, expected one for each of 30 blocks"));
    EXPECT_THAT(refusal(R"({"param_encodings": [)" + conv + entry + "17]}]}"), HasSubstr("per_block_int_scale"));
}

TEST_F(Overrides, QuantisesActivations) {
    for (Tensor &tensor : model.tensors) {
        if (tensor.name == "classes") {
            tensor.dtype = DType::f32;
            tensor.quantization.reset();
        }
    }
    model.operators.back().rounding = Rounding::none;
    apply(R"({"param_encodings": {"*wei": [{"bitwidth": 4}]},
        "activation_encodings": {"classes": [{"bitwidth": 8, "scale": 2.0, "offset": -121, "is_symmetric": "False"}]}})");
    EXPECT_EQ(model.tensors[7].dtype, DType::u8);
    EXPECT_EQ(model.tensors[7].quantization->zero_point, std::vector<int32_t>{121});
    EXPECT_EQ(model.operators.back().rounding, Rounding::float_);
}

TEST_F(Overrides, RefusesWhatMatchesNothingOrTwice) {
    EXPECT_THAT(refusal(R"({"param_encodings": {"nothing*": [{"bitwidth": 4}]}})"),
                HasSubstr("o.json: param_encodings.nothing*: found no tensor of that name, expected f32 weights"));
    EXPECT_THAT(refusal(R"({"param_encodings": {"image": [{"bitwidth": 4}]}})"), HasSubstr("tensor 'image' of s8"));
    EXPECT_THAT(refusal(R"({"param_encodings": {"conv/wei": [{"bitwidth": 4}], "conv*wei": [{"bitwidth": 8}]}})"),
                HasSubstr("another encoding of tensor 'conv/wei' than param_encodings.conv"));
    EXPECT_EQ(refusal(R"({"param_encodings": {"conv/wei": [{"bitwidth": 4}], "*wei": [{"bitwidth": 4}]}})"), "");
}

TEST_F(Overrides, RefusesWhatItCanNotQuantise) {
    const std::string wide =
        refusal(R"({"param_encodings": {"conv/wei": [{"bitwidth": 2}], "dense/wei": [{"bits": 4}]}})");
    EXPECT_THAT(wide, HasSubstr("param_encodings.conv/wei, bitwidth: found 2, expected 4 or 8"));
    EXPECT_THAT(wide, HasSubstr("bits"));
    EXPECT_THAT(refusal(R"({"param_encodings": {"dense/wei": [{"bitwidth": 4, "group_size": 50}]}})"),
                HasSubstr("group_size: found 50, expected a divisor"));
    EXPECT_THAT(refusal(R"({"param_encodings": {"conv/wei": [{"bitwidth": 4, "scale": [1, 2]}]}})"),
                HasSubstr("found 2 scales, expected one, or one for each of 4"));
    EXPECT_THAT(refusal(R"({"param_encodings": {"conv/wei": [{"bitwidth": 4, "scale": 0}]}})"), HasSubstr("above 0"));
    EXPECT_THAT(refusal(R"({"parameters": {}})"), HasSubstr("key parameters"));
    EXPECT_THAT(refusal(R"([])"), HasSubstr("document"));
    EXPECT_THAT(refusal(R"({"version": "1.0.0"})"), HasSubstr("no encoding"));
}

} // namespace
} // namespace nibble
