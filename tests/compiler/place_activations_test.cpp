// Where activations go: callers' buffers, the arena, and reshapes that share memory.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "compiler/program.h"

namespace nibble {
namespace {

/// A chain of operators: tensor i -> operator i -> tensor i + 1; the first tensor is the graph's input, the last its
/// output.
Program unplaced_chain(const std::vector<std::string> &operators) {
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
    return program;
}

Program chain(const std::vector<std::string> &operators) {
    Program program = unplaced_chain(operators);
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

/// A sum of a convolution's result and `other`, a tensor of the chain, in front of a last convolution.
Program residual(int other, std::vector<size_t> overwritable) {
    Program program = unplaced_chain({"conv2d", "conv2d", "add", "conv2d"});
    program.layers[2].src = {2, other};
    program.layers[2].overwritable = std::move(overwritable);
    place_activations(program);
    return program;
}

TEST(PlaceActivations, SumIsWrittenOverASourceThatNothingElseReads) {
    const Program program = residual(1, {0, 1});
    EXPECT_EQ(program.layers[2].in_place, size_t{0});
    EXPECT_EQ(program.places[2].offset, program.places[3].offset);
    EXPECT_EQ(program.arena_bytes, 512);
    EXPECT_EQ(program.largest_live_bytes, 400);
    ASSERT_EQ(program.arena.size(), 2u);
    EXPECT_EQ(program.arena[1].tensors, (std::vector<int>{2, 3}));
    EXPECT_EQ(program.arena[1].first_step, 1);
    EXPECT_EQ(program.arena[1].last_step, 3);
}

TEST(PlaceActivations, AnInputIsNotOverwritten) {
    EXPECT_EQ(residual(0, {1}).layers[2].in_place, std::nullopt);
    EXPECT_EQ(residual(0, {0, 1}).layers[2].in_place, size_t{0});
}

TEST(PlaceActivations, ATensorThatIsReadLaterIsNotOverwritten) {
    Program program = unplaced_chain({"conv2d", "add", "add", "conv2d"});
    program.layers[1].src = {1, 0};
    program.layers[1].overwritable = {0};
    program.layers[2].src = {2, 1};
    program.layers[2].overwritable = {0, 1};
    place_activations(program);
    EXPECT_EQ(program.layers[1].in_place, std::nullopt);
    EXPECT_EQ(program.layers[2].in_place, size_t{0});
}

TEST(PlaceActivations, ASourceThatIsAlsoReadElsewhereIsNotOverwritten) {
    EXPECT_EQ(residual(2, {0}).layers[2].in_place, std::nullopt);
    EXPECT_EQ(residual(2, {0, 1}).layers[2].in_place, size_t{0});
}

TEST(PlaceActivations, ASourceLivesInTheOutputThatIsWrittenOverIt) {
    Program program = unplaced_chain({"conv2d", "requantize"});
    program.layers[1].overwritable = {0};
    place_activations(program);
    EXPECT_EQ(program.layers[1].in_place, size_t{0});
    EXPECT_EQ(program.places[1].space, Place::Space::output);
    EXPECT_EQ(program.arena_bytes, 0);
}

} // namespace
} // namespace nibble
