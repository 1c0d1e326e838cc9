// Where activations go: callers' buffers, the arena, and reshapes that share memory.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "compiler/program.h"

namespace nibble {
namespace {

/// A chain of operators: tensor i -> operator i -> tensor i + 1; the first tensor is the graph's input, the last its
/// output.
Program chain(const std::vector<std::string> &operators) {
    Program program;
    for (size_t i = 0; i <= operators.size(); ++i) {
        Tensor tensor;
        tensor.name = "t" + std::to_string(i);
        tensor.shape = {1, 200};
        program.model.tensors.push_back(tensor);
    }
    program.model.inputs = {0};
    program.model.outputs = {static_cast<int>(operators.size())};
    for (size_t i = 0; i < operators.size(); ++i) {
        CompiledLayer layer;
        layer.layer.op = operators[i];
        layer.src = {static_cast<int>(i)};
        layer.dst = {static_cast<int>(i) + 1};
        program.layers.push_back(layer);
    }
    place_activations(program);
    return program;
}

TEST(PlaceActivations, ChainUsesTheArenaInBetween) {
    const Program program = chain({"conv2d", "conv2d", "conv2d"});
    EXPECT_EQ(program.places[0].space, Place::Space::input);
    EXPECT_EQ(program.places[1].space, Place::Space::arena);
    EXPECT_EQ(program.places[2].space, Place::Space::arena);
    EXPECT_EQ(program.places[3].space, Place::Space::output);
    EXPECT_NE(program.places[1].offset, program.places[2].offset);
    EXPECT_EQ(program.arena_bytes, 512);
}

TEST(PlaceActivations, ReshapeInBetweenSharesMemory) {
    const Program program = chain({"conv2d", "reshape", "conv2d"});
    EXPECT_FALSE(program.layers[1].copies);
    EXPECT_EQ(program.places[1].space, Place::Space::arena);
    EXPECT_EQ(program.places[1].offset, program.places[2].offset);
    EXPECT_EQ(program.arena_bytes, 256);
}

TEST(PlaceActivations, ReshapeOfAnInputReadsTheInput) {
    const Program program = chain({"reshape", "conv2d"});
    EXPECT_FALSE(program.layers[0].copies);
    EXPECT_EQ(program.places[1].space, Place::Space::input);
    EXPECT_EQ(program.arena_bytes, 0);
}

TEST(PlaceActivations, ReshapeIntoAnOutputIsWrittenThere) {
    const Program program = chain({"conv2d", "reshape"});
    EXPECT_FALSE(program.layers[1].copies);
    EXPECT_EQ(program.places[1].space, Place::Space::output);
    EXPECT_EQ(program.arena_bytes, 0);
}

TEST(PlaceActivations, ReshapeFromInputToOutputCopies) {
    EXPECT_TRUE(chain({"reshape"}).layers[0].copies);
    const Program two = chain({"reshape", "reshape"});
    EXPECT_FALSE(two.layers[0].copies);
    EXPECT_TRUE(two.layers[1].copies);
    EXPECT_EQ(two.places[1].space, Place::Space::input);
}

} // namespace
} // namespace nibble
