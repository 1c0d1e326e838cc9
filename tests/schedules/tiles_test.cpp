// Tile spaces over the sample layers and the layers of real networks. No kernel is compiled.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "compiler/layers_file.h"
#include "compiler/operator_table.h"
#include "schedules/directives.h"
#include "tests/support/kernel_case.h"

namespace nibble::test {
namespace {

std::vector<TargetFacts> all_targets() {
    std::vector<TargetFacts> targets;
    for (const std::string &name : list_targets()) {
        targets.push_back(find_target(name));
    }
    return targets;
}

std::vector<Layer> all_layers() {
    std::vector<Layer> layers = read_layers(NIBBLE_TEST_DATA "/layers.csv");
    for (const OperatorRow &row : operator_table()) {
        const std::vector<Layer> samples = row.sample_layers();
        layers.insert(layers.end(), samples.begin(), samples.end());
    }
    return layers;
}

/// A layer with a schedule that serves it.
struct Scheduled {
    Layer layer;
    Served served;

    Attributes kernel() const { return find_operator(layer.op)->kernel_parameters(layer, served.row->lowering); }
    std::string name() const {
        return layer.op + "/" + layer.name + " on " + served.target.name + " by " + served.row->family + ", " +
               served.row->lowering;
    }
};

const std::vector<Scheduled> &scheduled_layers() {
    static const std::vector<Scheduled> all = [] {
        std::vector<Scheduled> list;
        const std::vector<TargetFacts> targets = all_targets();
        for (const Layer &layer : all_layers()) {
            for (const Served &served : served_targets(find_operator(layer.op)->kernel, targets)) {
                if (takes_weights(*served.row, layer)) {
                    list.push_back({layer, served});
                }
            }
        }
        return list;
    }();
    return all;
}

TEST(Tiles, PreferredOneIsLegal) {
    for (const Scheduled &test : scheduled_layers()) {
        const std::vector<Tile> legal = test.served.row->space.legal(test.kernel(), test.served.target);
        const Tile preferred = test.served.row->space.preferred(test.kernel(), test.served.target);
        EXPECT_FALSE(legal.empty()) << test.name();
        EXPECT_NE(std::find(legal.begin(), legal.end(), preferred), legal.end())
            << test.name() << ": preferred " << to_string(preferred);
    }
}

TEST(Tiles, AreDistinctAndHaveTheSameParameters) {
    for (const Scheduled &test : scheduled_layers()) {
        const std::vector<Tile> legal = test.served.row->space.legal(test.kernel(), test.served.target);
        EXPECT_EQ(std::set<Tile>(legal.begin(), legal.end()).size(), legal.size()) << test.name();
        for (const Tile &tile : legal) {
            const bool same = tile.size() == legal.front().size() &&
                              std::equal(tile.begin(), tile.end(), legal.front().begin(),
                                         [](const auto &a, const auto &b) { return a.first == b.first; });
            ASSERT_TRUE(same) << test.name() << ": " << to_string(tile) << " and " << to_string(legal.front());
        }
    }
}

TEST(Tiles, ComeBackFromTheirText) {
    for (const Scheduled &test : scheduled_layers()) {
        for (const Tile &tile : test.served.row->space.legal(test.kernel(), test.served.target)) {
            ASSERT_EQ(parse_tile(to_string(tile)), tile) << test.name();
        }
    }
    EXPECT_EQ(to_string(Tile{}), "");
    EXPECT_EQ(parse_tile(""), Tile{});
    EXPECT_EQ(to_string(Tile{{"nv", 3}, {"mr", 8}, {"zero", -5}}), "mr=8,nv=3,zero=-5");
}

TEST(Tiles, TextThatIsNoTileIsRefused) {
    for (const char *text : {"mr", "mr=", "=8", "mr=8x", "mr=x", "mr=8,,nv=3", "mr=99999999999999", "mr=8 nv=3"}) {
        EXPECT_THROW(parse_tile(text), std::invalid_argument) << text;
    }
}

TEST(Tiles, LayersOfRealNetworksAreThere) {
    const std::vector<Layer> layers = read_layers(NIBBLE_TEST_DATA "/layers.csv");
    const auto count = [&](const char *op) {
        return std::count_if(layers.begin(), layers.end(), [&](const Layer &layer) { return layer.op == op; });
    };
    EXPECT_EQ(count("conv2d"), 14);
    EXPECT_EQ(count("depthwise_conv2d"), 6);
    EXPECT_EQ(count("fully_connected"), 13);
}

} // namespace
} // namespace nibble::test
