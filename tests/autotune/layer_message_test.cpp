// Layers on their way to another machine: each operator's samples come back as they were.
// SPDX-License-Identifier: Apache-2.0
#include "autotune/layer_message.h"

#include <random>

#include <gtest/gtest.h>

#include "compiler/files.h"
#include "compiler/operator_table.h"

namespace nibble {
namespace {

void expect_equal(const std::vector<LayerTensor> &a, const std::vector<LayerTensor> &b) {
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].name, b[i].name);
        EXPECT_EQ(a[i].dtype, b[i].dtype);
        EXPECT_EQ(a[i].shape, b[i].shape);
    }
}

void expect_equal(const Layer &a, const Layer &b) {
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.op, b.op);
    EXPECT_EQ(a.rounding, b.rounding);
    EXPECT_EQ(a.attributes, b.attributes);
    EXPECT_EQ(a.widened, b.widened);
    expect_equal(a.src, b.src);
    expect_equal(a.dst, b.dst);
    ASSERT_EQ(a.constants.size(), b.constants.size());
    for (const auto &[name, constant] : a.constants) {
        ASSERT_EQ(b.constants.count(name), 1u) << name;
        EXPECT_EQ(constant.dtype, b.constants.at(name).dtype);
        EXPECT_EQ(constant.shape, b.constants.at(name).shape);
        EXPECT_EQ(constant.data, b.constants.at(name).data);
    }
}

TEST(LayerMessage, ComesBackAsItWasWritten) {
    const TempFolder folder(std::filesystem::temp_directory_path(), "nibble-test-");
    const std::filesystem::path file = folder.path() / "kernel.layer";
    std::mt19937 generator(20261128);
    for (const OperatorRow &row : operator_table()) {
        const std::vector<Layer> samples = row.sample_layers();
        ASSERT_FALSE(samples.empty()) << row.name;
        Layer layer = samples.front();
        row.randomise(layer, generator);
        layer.widened = "for some reason";
        SCOPED_TRACE(row.name + "/" + layer.name);
        write_layer_message(file, layer);
        expect_equal(read_layer_message(file), layer);
    }
}

} // namespace
} // namespace nibble
