// Packing at run time writes what the operators' rows pack at build time.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/pack_plan.h"

#include <gtest/gtest.h>

#include "compiler/bare_layers.h"
#include "compiler/operators/support/weight_zero.h"
#include "compiler/target.h"
#include "nibble.h"

namespace nibble {
namespace {

class PackPlan : public testing::TestWithParam<const char *> {};

std::vector<const void *> constants_of(const Layer &layer) {
    std::vector<const void *> constants;
    for (const auto &[name, unused] : bare_constants(layer)) {
        constants.push_back(layer.constants.at(name).data.data());
    }
    return constants;
}

TEST_P(PackPlan, EqualsTheRow) {
    const OperatorRow &row = *find_operator(GetParam());
    std::mt19937 random(3);
    for (Layer layer : row.sample_layers()) {
        const bool grouped = layer.attributes.count("groups") != 0 && layer.at("groups") != 1;
        if (grouped || layer.rounding != Rounding::double_ || operators::zeros_by_channel(layer)) {
            continue; // no bare layer is like that
        }
        layer.attributes["wei_zero"] = 0; // bare layers have none
        row.randomise(layer, random);
        for (const std::string &lowering : row.lowerings) {
            if (weight_bits(lowering) == 4 && operators::wei_bits(layer) == 8) {
                continue;
            }
            SCOPED_TRACE(layer.name + " " + lowering);
            std::vector<uint8_t> expected(static_cast<size_t>(row.packed_layout(layer, lowering).bytes), 0);
            std::vector<uint8_t> packed(expected.size(), 0);
            row.pack(layer, lowering, expected.data());
            const nibble_pack_plan plan = make_pack_plan(layer, lowering);
            ASSERT_EQ(nibble_pack_layer(constants_of(layer).data(), packed.data(), nullptr, &plan), NIBBLE_OK);
            EXPECT_TRUE(packed == expected);
        }
    }
}

TEST_P(PackPlan, RefusesWhatCanNotBePacked) {
    const OperatorRow &row = *find_operator(GetParam());
    std::mt19937 random(3);
    Layer layer = row.sample_layers().front();
    row.randomise(layer, random);
    const nibble_pack_plan plan = make_pack_plan(layer, row.lowerings[0]);
    std::vector<uint8_t> packed(static_cast<size_t>(row.packed_layout(layer, row.lowerings[0]).bytes));
    std::vector<const void *> constants = constants_of(layer);
    std::vector<int32_t> shifts(layer.constants.at("shift").data.size() / sizeof(int32_t), 31);
    constants[3] = shifts.data();
    EXPECT_EQ(nibble_pack_layer(constants.data(), packed.data(), nullptr, &plan), NIBBLE_ERROR_KERNEL);
    constants[1] = nullptr;
    EXPECT_EQ(nibble_pack_layer(constants.data(), packed.data(), nullptr, &plan), NIBBLE_ERROR_NULL_ARGUMENT);
    EXPECT_EQ(nibble_pack_layer(constants_of(layer).data(), nullptr, nullptr, &plan), NIBBLE_ERROR_NULL_ARGUMENT);
}

INSTANTIATE_TEST_SUITE_P(Weighted, PackPlan, testing::Values("conv2d", "depthwise_conv2d", "fully_connected"));

} // namespace
} // namespace nibble
