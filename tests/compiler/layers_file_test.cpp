// Lists of bare layers, good and bad.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/layers_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/bare_layers.h"
#include "compiler/files.h"
#include "model/error.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class LayersFile : public testing::Test {
protected:
    TempFolder temp{fs::temp_directory_path(), "nibble-test-"};

    std::vector<Layer> read(const std::string &name, const std::string &text) {
        write_file(temp.path() / name, text);
        return read_layers(temp.path() / name);
    }

    std::string refusal(const std::string &name, const std::string &text) {
        try {
            read(name, text);
        } catch (const Error &error) {
            return error.what();
        }
        return "";
    }
};

TEST_F(LayersFile, ReadsACsvTable) {
    const auto layers =
        read("l.csv", "# comment\nconv,stem@8,8,8,3,16,3,3,2,1\ndw,d,7,9,24,24,5,5,1,2\ngemm,g,4,64,10\n");
    ASSERT_EQ(layers.size(), 3u);
    EXPECT_EQ(layers[0].op, "conv2d");
    EXPECT_EQ(layers[0].dst[0].shape, (std::vector<int64_t>{1, 4, 4, 16}));
    EXPECT_EQ(layers[1].op, "depthwise_conv2d");
    EXPECT_EQ(layers[1].dst[0].shape, (std::vector<int64_t>{1, 7, 9, 24}));
    EXPECT_EQ(layers[2].op, "fully_connected");
    EXPECT_EQ(layers[2].src[0].shape, (std::vector<int64_t>{4, 64}));
    EXPECT_EQ(bare_constants(layers[1])[0].second.shape, (std::vector<int64_t>{1, 5, 5, 24}));
}

TEST_F(LayersFile, RefusesBadCsvLines) {
    const std::string text = refusal(
        "l.csv", "conv,a,8,8,3,16,3,3,0,1\ndw,b,8,8,3,16,3,3,1,1\npool,c,1\ngemm,d,4,x,10\nconv,e,2,2,3,16,7,7,1,1\n");
    for (const char *line : {"line 1", "line 2", "line 3", "line 4", "line 5"}) {
        EXPECT_THAT(text, HasSubstr(line));
    }
}

TEST_F(LayersFile, ReadsAJsonList) {
    const auto layers = read("l.json", R"([{"name": "c", "operator": "conv2d", "attributes":
        {"n": 1, "h": 8, "w": 8, "ci": 3, "oh": 4, "ow": 4, "co": 16, "kh": 3, "kw": 3, "stride_h": 2, "stride_w": 2,
         "pad_top": 1, "pad_left": 1, "src_zero": -5}}])");
    ASSERT_EQ(layers.size(), 1u);
    EXPECT_EQ(layers[0].at("src_zero"), -5);
    EXPECT_EQ(layers[0].at("dilation_h"), 1);
    EXPECT_EQ(layers[0].at("clamp_max"), 127);
}

TEST_F(LayersFile, NamesEveryWrongField) {
    EXPECT_THAT(refusal("l.json", "{}"), HasSubstr("expected a list of layers"));
    EXPECT_THAT(refusal("l.json", "[]"), HasSubstr("at least one"));
    EXPECT_THAT(refusal("l.json", "[1"), HasSubstr("l.json"));
    EXPECT_THAT(refusal("l.json", R"([{"name": "c", "operator": "lstm", "attributes": {}}])"), HasSubstr("lstm"));
    const std::string text = refusal(
        "l.json", R"([7, {"name": "g", "operator": "fully_connected", "attributes": {"m": 0, "k": 3, "x": 1}}])");
    for (const char *field : {"layer 0", "attributes, m", "attributes, n", "attributes, x"}) {
        EXPECT_THAT(text, HasSubstr(field));
    }
    EXPECT_THAT(refusal("l.txt", ""), HasSubstr(".json or .csv"));
}

} // namespace
} // namespace nibble
