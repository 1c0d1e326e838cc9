// What predictions say of schedules' tiles, without running them.
// SPDX-License-Identifier: Apache-2.0
#include "schedules/prediction.h"

#include <gtest/gtest.h>

#include "autotune/ranked_tiles.h"
#include "autotune/roofline.h"
#include "compiler/layers_file.h"
#include "compiler/operator_table.h"
#include "compiler/program.h"

namespace nibble {
namespace {

TEST(Prediction, TheBusiestResourceAndWhatIsAdded) {
    Prediction prediction;
    prediction.overlapping = {{"products", 60}, {"loads", 120}};
    prediction.added = {{"requantise", 30}, {"staging", 5}};
    EXPECT_NEAR(prediction.cycles(), 155, 1e-3);
    EXPECT_EQ(prediction.binding(), "loads");
    prediction.added[0].cycles = 121;
    EXPECT_EQ(prediction.binding(), "requantise");
}

TEST(Prediction, AlmostAsBusyResourcesAddLittle) {
    Prediction prediction;
    prediction.overlapping = {{"products", 100}, {"loads", 95}};
    EXPECT_NEAR(prediction.cycles(), 102.3, 0.1); // 100 * (1 + 0.95^16)^(1/16)
}

TEST(Prediction, EmulatorsKnowNoMemory) {
    Prediction prediction;
    prediction.overlapping = {{"products", 100}};
    prediction.memory = {{"DRAM read", 300}};
    prediction.added = {{"tiles", 7}};
    EXPECT_NEAR(prediction.cycles(), 307, 1e-3);
    EXPECT_NEAR(prediction.issue_cycles(), 107, 1e-3);
    EXPECT_EQ(prediction.binding(), "DRAM read");
}

TEST(Prediction, NothingCostsNothing) {
    EXPECT_EQ(Prediction().cycles(), 0);
    EXPECT_EQ(Prediction().binding(), "");
}

/// The layers of tests/data/layers.csv as kernels of the target.
class ModelTest : public ::testing::TestWithParam<const char *> {
protected:
    TargetFacts target = find_target(GetParam());
    Program program = plan_layers(read_layers(NIBBLE_LAYERS), "layers.csv", "test", target);
};

TEST_P(ModelTest, NoTileBeatsTheMachinesRateOfProducts) {
    const double rate = target.macs_per_cycle.at(fastest_types(target));
    for (const CompiledLayer &layer : program.layers) {
        const Kernel &kernel = program.kernel_of(layer);
        const TileSpace space = find_tile_space(kernel.request.op, kernel.request.lowering, target, nullptr);
        ASSERT_NE(space.predict, nullptr) << layer.layer.name;
        const Tile choice = ranked_tiles(space, kernel.request.parameters, target).front();
        const Prediction prediction = space.predict(kernel.request.parameters, target, choice);
        EXPECT_GE(prediction.cycles(), static_cast<double>(find_operator(layer.layer.op)->macs(layer.layer)) / rate)
            << layer.layer.name;
    }
}

TEST_P(ModelTest, EachPartIsNamedAndNotNegative) {
    for (const CompiledLayer &layer : program.layers) {
        const Kernel &kernel = program.kernel_of(layer);
        const TileSpace space = find_tile_space(kernel.request.op, kernel.request.lowering, target, nullptr);
        const Prediction prediction = space.predict(kernel.request.parameters, target, kernel.request.tile);
        for (const auto *parts : {&prediction.overlapping, &prediction.memory, &prediction.added}) {
            for (const PredictedPart &part : *parts) {
                EXPECT_FALSE(part.name.empty());
                EXPECT_GE(part.cycles, 0) << layer.layer.name << " " << part.name;
            }
        }
        EXPECT_FALSE(lift_of(prediction.binding()).empty());
    }
}

INSTANTIATE_TEST_SUITE_P(Targets, ModelTest, ::testing::Values("x86-64-avx512_vnni", "hexagon-64-hvx"));

} // namespace
} // namespace nibble
