// Which activations go to VTCM, where they lie beside kernels' heaps, and the modelled bytes off the chip.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/place_vtcm.h"

#include <gtest/gtest.h>

#include "compiler/off_chip.h"

namespace nibble {
namespace {

constexpr int64_t cache = 1000;

/// A chain of layers over tensors of these bytes, the first and the last of them the caller's, on a machine with a
/// cache of 1000 bytes. Kernels take `kernel_vtcm` bytes of VTCM while they run.
Program chain(const std::vector<int64_t> &bytes, int64_t vtcm_bytes, int64_t kernel_vtcm = 0) {
    Program program;
    program.target.memory = {{"L2", cache, 64}, {"DRAM", 0, 2}};
    program.target.vtcm = {"VTCM", vtcm_bytes, 64};
    program.kernels.emplace_back();
    program.kernels[0].facts.vtcm_bytes = kernel_vtcm;
    for (size_t i = 0; i < bytes.size(); ++i) {
        Tensor tensor;
        tensor.name = "t" + std::to_string(i);
        tensor.shape = {bytes[i]};
        program.model.tensors.push_back(tensor);
    }
    const int last = static_cast<int>(bytes.size()) - 1;
    program.model.inputs = {0};
    program.model.outputs = {last};
    for (int i = 0; i < last; ++i) {
        CompiledLayer layer;
        layer.layer.op = "conv2d";
        layer.packed.bytes = 100;
        layer.src = {i};
        layer.dst = {i + 1};
        program.layers.push_back(layer);
    }
    place_activations(program);
    return program;
}

Program placed(const std::vector<int64_t> &bytes, int64_t vtcm_bytes, int64_t kernel_vtcm = 0,
               std::optional<int64_t> scratch = std::nullopt) {
    Program program = chain(bytes, vtcm_bytes, kernel_vtcm);
    place_in_vtcm(program, scratch);
    return program;
}

std::vector<int> tensors_of(const std::vector<ArenaBlock> &blocks) {
    std::vector<int> tensors;
    for (const ArenaBlock &block : blocks) {
        tensors.insert(tensors.end(), block.tensors.begin(), block.tensors.end());
    }
    return tensors;
}

int64_t off_chip(const Program &program) {
    int64_t bytes = 0;
    for (const OffChip &layer : off_chip_bytes(program)) {
        bytes += layer.total();
    }
    return bytes;
}

/// Nothing in VTCM reaches beyond its arena, or lies where something else lies at the same step.
void expect_apart(const Program &program) {
    struct Piece {
        int64_t begin, end;
    };
    for (int step = 0; step < static_cast<int>(program.layers.size()); ++step) {
        const CompiledLayer &layer = program.layers[static_cast<size_t>(step)];
        std::vector<Piece> pieces = {
            {layer.vtcm_offset, layer.vtcm_offset + program.kernel_of(layer).facts.vtcm_bytes}};
        for (const ArenaBlock &block : program.vtcm) {
            if (block.first_step <= step && step <= block.last_step) {
                pieces.push_back({block.offset, block.offset + block.bytes});
            }
        }
        for (size_t i = 0; i < pieces.size(); ++i) {
            EXPECT_LE(pieces[i].end, program.vtcm_bytes());
            for (size_t j = 0; j < i; ++j) {
                EXPECT_TRUE(pieces[i].end <= pieces[j].begin || pieces[j].end <= pieces[i].begin) << step;
            }
        }
    }
    EXPECT_LE(program.vtcm_bytes(), program.target.vtcm.bytes);
}

TEST(OffChip, WhatFitsTheCacheMovesOnce) {
    // Input, output and both layers' weights.
    EXPECT_EQ(off_chip(chain({200, 300, 100}, 0)), 200 + 100 + 2 * 100);
}

TEST(OffChip, WhatDoesNotIsWrittenAndRead) {
    const Program program = chain({200, 1100, 100}, 0);
    const std::vector<OffChip> layers = off_chip_bytes(program);
    EXPECT_EQ(layers[0].src, 200);
    EXPECT_EQ(layers[0].dst, 1100);
    EXPECT_EQ(layers[1].src, 1100);
    EXPECT_EQ(layers[1].dst, 100);
    EXPECT_EQ(layers[1].weights, 100);
}

TEST(OffChip, ATensorLeavesTheCacheUntilItsLastReader) {
    Program program = chain({100, 300, 200, 200, 100}, 0);
    program.layers[3].src.push_back(1); // what is read meanwhile does not fit beside it
    place_activations(program);
    const std::vector<OffChip> layers = off_chip_bytes(program);
    EXPECT_EQ(layers[0].dst, 300);
    EXPECT_EQ(layers[1].src, 0);
    EXPECT_EQ(layers[3].src, 300);
}

TEST(OffChip, BareLayersFindNothingInTheCache) {
    Program program = chain({200, 300, 100}, 0);
    program.bare = true;
    for (CompiledLayer &layer : program.layers) {
        layer.layer.src = {{"src", DType::s8, {50}}};
        layer.layer.dst = {{"dst", DType::s8, {60}}};
    }
    EXPECT_EQ(off_chip(program), 2 * (50 + 60 + 100));
}

TEST(PlaceInVtcm, TakesWhatSavesBytes) {
    const std::vector<int64_t> bytes = {200, 1200, 900, 100};
    const Program none = placed(bytes, 512), small = placed(bytes, 1024), large = placed(bytes, 8192);
    EXPECT_EQ(tensors_of(none.vtcm), std::vector<int>{});
    EXPECT_EQ(tensors_of(small.vtcm), std::vector<int>{2});
    EXPECT_EQ(tensors_of(large.vtcm), (std::vector<int>{1, 2}));
    EXPECT_GT(off_chip(none), off_chip(small));
    EXPECT_GT(off_chip(small), off_chip(large));
    EXPECT_EQ(off_chip(large), 200 + 100 + 3 * 100);
    EXPECT_EQ(saved_by_placement(large), off_chip(none) - off_chip(large));
    EXPECT_EQ(saved_by_placement(none), 0);
    EXPECT_EQ(large.arena_bytes, 0);
    EXPECT_EQ(large.places[1].space, Place::Space::vtcm);
    EXPECT_EQ(small.places[1].space, Place::Space::arena);
    EXPECT_GT(none.arena_bytes, small.arena_bytes);
    expect_apart(small);
    expect_apart(large);
}

TEST(PlaceInVtcm, LeavesWhatTheCacheKeeps) { EXPECT_TRUE(placed({200, 300, 100}, 8192).vtcm.empty()); }

TEST(PlaceInVtcm, KernelsHeapsLieBeside) {
    const std::vector<int64_t> bytes = {200, 1200, 900, 100};
    EXPECT_EQ(tensors_of(placed(bytes, 1280, 1024).vtcm), std::vector<int>{});
    const Program program = placed(bytes, 2304, 1024);
    EXPECT_EQ(tensors_of(program.vtcm), std::vector<int>{1});
    expect_apart(program);
    const Program both = placed(bytes, 8192, 1024);
    EXPECT_EQ(tensors_of(both.vtcm), (std::vector<int>{1, 2}));
    expect_apart(both);
}

TEST(PlaceInVtcm, ABoundOnScratchMovesMore) {
    const std::vector<int64_t> bytes = {200, 256, 256, 256, 100};
    EXPECT_EQ(placed(bytes, 8192).arena_bytes, 512);
    const Program bound = placed(bytes, 8192, 0, 256);
    EXPECT_EQ(bound.arena_bytes, 256);
    expect_apart(bound);
    EXPECT_EQ(placed(bytes, 8192, 0, 0).arena_bytes, 0);
}

TEST(PlaceInVtcm, AgainGivesTheSame) {
    Program program = placed({200, 1200, 900, 100}, 8192);
    const Program first = program;
    place_in_vtcm(program, std::nullopt);
    EXPECT_EQ(tensors_of(program.vtcm), tensors_of(first.vtcm));
    EXPECT_EQ(program.vtcm_arena_bytes, first.vtcm_arena_bytes);
}

TEST(PlaceInVtcm, ATargetWithoutHasNone) {
    const Program program = placed({200, 1200, 900, 100}, 0, 0, 0);
    EXPECT_TRUE(program.vtcm.empty());
    EXPECT_GT(program.arena_bytes, 0);
}

} // namespace
} // namespace nibble
