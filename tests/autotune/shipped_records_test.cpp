// The records that come with Nibble are of this compiler, these schedules and these models.
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <gtest/gtest.h>

#include "autotune/records.h"
#include "compiler/layers_file.h"
#include "compiler/program.h"
#include "schedules/prediction.h"

namespace nibble {
namespace {

TEST(ShippedRecords, AreOfThisCompilerAndTheseSchedules) {
    size_t files = 0;
    for (const auto &entry : std::filesystem::directory_iterator(NIBBLE_RECORDS)) {
        ASSERT_EQ(entry.path().extension(), ".jsonl") << entry.path();
        EXPECT_EQ(Records(NIBBLE_RECORDS, find_target(entry.path().stem().string())).stale(), 0u) << entry.path();
        ++files;
    }
    EXPECT_GE(files, 1u);
}

/// Kernels of the networks' lists whose tile was chosen by a model, and what it makes of them now.
class ModelChoice : public ::testing::TestWithParam<const char *> {};

TEST_P(ModelChoice, IsStillGoodToTheModel) {
    // Forms of multipliers, which are no part of a record's key, make a little difference to the choice.
    constexpr double slack = 1.1;
    const TargetFacts target = find_target(GetParam());
    const Records records(NIBBLE_RECORDS, target);
    size_t chosen = 0;
    for (const auto &list : std::filesystem::directory_iterator(NIBBLE_NETWORKS)) {
        const Program program = plan_layers(read_layers(list.path()), list.path().string(), "test", target);
        for (const Kernel &kernel : program.kernels) {
            const TileSpace space = find_tile_space(kernel.request.op, kernel.request.lowering, target, nullptr);
            const Record *record = records.find(kernel.request, space, target);
            if (record != nullptr && record->origin == "model") {
                const auto cycles = [&](const Tile &tile) {
                    return space.predict(kernel.request.parameters, target, tile).cycles();
                };
                EXPECT_LE(cycles(record->tile), slack * cycles(kernel.request.tile))
                    << kernel.layer << ": remove the records of origin model, and run scripts/tune --models-only";
                ++chosen;
            }
        }
    }
    EXPECT_GE(chosen, 50u);
}

INSTANTIATE_TEST_SUITE_P(Targets, ModelChoice,
                         ::testing::Values("arm-64", "arm-64-dotprod", "x86-64-avx2", "x86-64-avx512_vnni"));

} // namespace
} // namespace nibble
