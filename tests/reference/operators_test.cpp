// What every row of the operator table promises, and the corners of the operators' definitions.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "compiler/operator_table.h"
#include "runtime/reference/average_pool2d.h"
#include "runtime/reference/dequantize.h"
#include "runtime/reference/float_bits.h"
#include "runtime/reference/quantize.h"
#include "runtime/reference/softmax.h"

namespace nibble::test {
namespace {

constexpr uint32_t seed = 31;
constexpr int64_t most_macs = 2000000;

std::vector<uint8_t> random_tensor(const LayerTensor &tensor, std::mt19937 &generator) {
    std::vector<uint8_t> bytes(tensor.bytes());
    if (tensor.dtype == DType::f32) {
        for (size_t i = 0; i < bytes.size(); i += sizeof(float)) {
            const uint32_t bits =
                reference::bits_of_float(static_cast<float>(static_cast<int32_t>(generator())) * 1e-7f);
            std::copy_n(reinterpret_cast<const uint8_t *>(&bits), sizeof bits, bytes.begin() + i);
        }
        return bytes;
    }
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<uint8_t>(generator()); });
    return bytes;
}

class Rows : public testing::TestWithParam<std::string> {
protected:
    const OperatorRow &row() const { return *find_operator(GetParam()); }
};

TEST_P(Rows, HaveSamplesThatTheReferenceRuns) {
    std::mt19937 generator(seed);
    std::set<std::string> names;
    ASSERT_FALSE(row().sample_layers().empty());
    for (Layer layer : row().sample_layers()) {
        SCOPED_TRACE(layer.name);
        EXPECT_EQ(layer.op, GetParam());
        EXPECT_TRUE(names.insert(layer.name).second);
        EXPECT_LE(row().macs(layer), most_macs);
        row().randomise(layer, generator);
        std::vector<std::vector<uint8_t>> src;
        std::vector<const void *> src_pointers;
        for (const LayerTensor &tensor : layer.src) {
            src.push_back(random_tensor(tensor, generator));
        }
        for (const auto &tensor : src) {
            src_pointers.push_back(tensor.data());
        }
        std::vector<uint8_t> dst(layer.dst[0].bytes());
        std::vector<std::vector<uint8_t>> others;
        std::vector<void *> dst_pointers = {dst.data()};
        for (size_t i = 1; i < layer.dst.size(); ++i) {
            dst_pointers.push_back(others.emplace_back(layer.dst[i].bytes()).data());
        }
        row().reference(layer, src_pointers, dst_pointers);
        // Outputs that are nearly all alike would hide errors.
        const bool clamped = layer.attributes.count("clamp_max") != 0;
        const bool wide = !clamped || layer.at("clamp_max") - layer.at("clamp_min") > 50;
        if (row().macs(layer) > 0 && dst.size() >= 64 && wide) {
            EXPECT_GE(std::set<uint8_t>(dst.begin(), dst.end()).size(), 12u);
        }
    }
}

TEST_P(Rows, HaveAlignedLayoutsWithinTheirBytes) {
    std::mt19937 generator(seed);
    for (Layer layer : row().sample_layers()) {
        row().randomise(layer, generator);
        for (const std::string &lowering : row().lowerings) {
            const PackedLayout layout = row().packed_layout(layer, lowering);
            int64_t end = 0;
            for (const PackedArray &array : layout.arrays) {
                EXPECT_EQ(array.offset % 128, 0);
                EXPECT_GE(array.offset, end);
                end = array.offset + array.bytes;
            }
            EXPECT_EQ(layout.bytes, end);
            EXPECT_FALSE(row().kernel_parameters(layer, lowering).empty());
        }
    }
}

std::vector<std::string> row_names() {
    std::vector<std::string> names;
    for (const OperatorRow &row : operator_table()) {
        names.push_back(row.name);
    }
    return names;
}

INSTANTIATE_TEST_SUITE_P(Table, Rows, testing::ValuesIn(row_names()), [](const auto &name) { return name.param; });

TEST(OperatorTable, IsSortedAndFoundByName) {
    const auto names = row_names();
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    EXPECT_EQ(find_operator("conv3d"), nullptr);
}

TEST(Layer, NamesAMissingAttribute) {
    Layer layer;
    layer.name = "first";
    try {
        layer.at("kh");
        FAIL();
    } catch (const std::out_of_range &error) {
        EXPECT_NE(std::string(error.what()).find("'first'"), std::string::npos);
        EXPECT_NE(std::string(error.what()).find("'kh'"), std::string::npos);
    }
}

TEST(AveragePool2d, RoundsHalfAwayFromZeroAndSkipsPadding) {
    reference::AveragePool2d p;
    p.h = p.w = 2;
    p.oh = p.ow = 2;
    p.kh = p.kw = 2;
    p.pad_top = p.pad_left = 1;
    const int8_t src[] = {-3, 2, 1, 1};
    int8_t dst[4];
    reference::average_pool2d(p, src, dst);
    EXPECT_EQ(std::vector<int8_t>(dst, dst + 4), (std::vector<int8_t>{-3, -1, -1, 0}));
}

TEST(AveragePool2d, RoundsHalvesOfU8Up) {
    Layer layer;
    layer.op = "average_pool2d";
    layer.attributes = {{"u8", 1},         {"bits", 8},     {"n", 1},       {"h", 1},        {"w", 6},
                        {"c", 1},          {"oh", 1},       {"ow", 3},      {"kh", 1},       {"kw", 2},
                        {"stride_h", 1},   {"stride_w", 2}, {"pad_top", 0}, {"pad_left", 0}, {"clamp_min", -128},
                        {"clamp_max", 120}};
    layer.src = {{"src", DType::u8, {1, 1, 6, 1}}};
    layer.dst = {{"dst", DType::u8, {1, 1, 3, 1}}};
    const uint8_t src[] = {2, 3, 129, 130, 255, 254};
    uint8_t dst[3];
    find_operator(layer.op)->reference(layer, {src}, {dst});
    EXPECT_EQ(std::vector<uint8_t>(dst, dst + 3), (std::vector<uint8_t>{3, 130, 248}));
}

std::vector<int8_t> quantized(float scale, int32_t zero_point, const std::vector<float> &src) {
    std::vector<int8_t> dst(src.size());
    reference::quantize({static_cast<int64_t>(src.size()), reference::bits_of_float(scale), zero_point}, src.data(),
                        dst.data());
    return dst;
}

TEST(Quantize, RoundsHalfAwayFromZero) {
    const float below_half = std::nextafter(0.5f, 0.0f);
    EXPECT_EQ(quantized(1, 3, {0.5f, -0.5f, 1.5f, -1.5f, below_half, -below_half}),
              (std::vector<int8_t>{4, 2, 5, 1, 3, 3}));
}

TEST(Quantize, SaturatesAndTakesNanForTheZeroPoint) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    EXPECT_EQ(quantized(0.5f, 100, {infinity, -infinity, NAN, -NAN, 1e30f, -1e30f, 13.6f}),
              (std::vector<int8_t>{127, -128, 100, 100, 127, -128, 127}));
    EXPECT_EQ(quantized(1e-38f, -128, {1e38f, 0.0f}), (std::vector<int8_t>{127, -128}));
}

TEST(Dequantize, IsTheInverseOfQuantize) {
    for (const float scale : {1.0f, 0.1f, 0.0235f}) {
        std::vector<int8_t> all(256);
        for (int i = 0; i < 256; ++i) {
            all[i] = static_cast<int8_t>(i - 128);
        }
        std::vector<float> real(256);
        reference::dequantize({256, reference::bits_of_float(scale), -7}, all.data(), real.data());
        EXPECT_EQ(quantized(scale, -7, real), all);
    }
}

TEST(Softmax, SpreadsEvenlyOverEqualElements) {
    const auto even = [](int64_t depth) {
        const std::vector<int8_t> src(depth, 55);
        std::vector<int8_t> dst(depth);
        reference::softmax(reference::softmax_parameters(1, depth, 1.0, 0.1), src.data(), dst.data());
        EXPECT_TRUE(std::all_of(dst.begin(), dst.end(), [&](int8_t p) { return p == dst[0]; }));
        return dst[0] + 128;
    };
    EXPECT_EQ(even(1), 255); // 256 saturates
    EXPECT_EQ(even(2), 128);
    EXPECT_EQ(even(4), 64);
    EXPECT_EQ(even(100), 3);
    EXPECT_EQ(even(1001), 0);
    EXPECT_EQ(even(reference::max_softmax_depth), 0);
}

TEST(Softmax, GivesAllToTheLargestWhereScalesAreHuge) {
    const int8_t src[] = {3, -128, 4, 127, 126};
    int8_t dst[5];
    reference::softmax(reference::softmax_parameters(1, 5, 1.0, 1000.0), src, dst);
    EXPECT_EQ(std::vector<int8_t>(dst, dst + 5), (std::vector<int8_t>{-128, -128, -128, 127, -128}));
}

TEST(Softmax, IsWithinOneStepOfTheReals) {
    std::mt19937 generator(seed);
    for (const double scale : {0.02, 0.1, 0.5}) {
        std::vector<int8_t> src(37);
        std::generate(src.begin(), src.end(), [&] { return static_cast<int8_t>(generator()); });
        std::vector<int8_t> dst(src.size());
        reference::softmax(reference::softmax_parameters(1, 37, 1.0, scale), src.data(), dst.data());
        double sum = 0;
        for (const int8_t x : src) {
            sum += std::exp(scale * x);
        }
        for (size_t i = 0; i < src.size(); ++i) {
            EXPECT_NEAR(dst[i] + 128, 256 * std::exp(scale * src[i]) / sum, 1.0);
        }
    }
}

} // namespace
} // namespace nibble::test
