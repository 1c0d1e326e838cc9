// The parts of run_model and bench_kernels that need no kernel.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bench/artifact.h"
#include "bench/callable_library.h"
#include "bench/guarded_buffer.h"
#include "bench/instruction_counts.h"
#include "bench/kernel_results.h"
#include "bench/npy.h"
#include "bench/piped_process.h"
#include "bench/tensor_files.h"
#include "compiler/files.h"
#include "model/error.h"
#include "nibble.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(GuardedBuffer, IsAlignedZeroedAndWatched) {
    for (const size_t bytes : {size_t{0}, size_t{1}, size_t{127}, size_t{128}, size_t{1000}}) {
        GuardedBuffer buffer(bytes);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % NIBBLE_ARENA_ALIGNMENT, 0u);
        EXPECT_EQ(std::count(buffer.data(), buffer.data() + bytes, 0), static_cast<std::ptrdiff_t>(bytes));
        EXPECT_TRUE(buffer.intact());
        buffer.data()[bytes] ^= 1;
        EXPECT_FALSE(buffer.intact());
        buffer.data()[bytes] ^= 1;
        buffer.data()[-1] = 0;
        EXPECT_FALSE(buffer.intact());
    }
}

TEST(GuardedBuffer, KeepsItsAddressWhenMoved) {
    GuardedBuffer buffer(100);
    const uint8_t *address = buffer.data();
    const GuardedBuffer moved = std::move(buffer);
    EXPECT_EQ(moved.data(), address);
}

TEST(TensorFiles, SeededInputsDependOnPositionAlone) {
    const ArtifactTensor tensor{0, "x", DType::s8, {64}};
    GuardedBuffer a(64), b(64), c(64);
    fill_input(0, tensor, a);
    fill_input(0, tensor, b);
    fill_input(1, tensor, c);
    EXPECT_TRUE(std::equal(a.data(), a.data() + 64, b.data()));
    EXPECT_FALSE(std::equal(a.data(), a.data() + 64, c.data()));
}

TEST(TensorFiles, SeededFloatsAreSmall) {
    const ArtifactTensor tensor{0, "x", DType::f32, {256}};
    GuardedBuffer buffer(1024);
    fill_input(3, tensor, buffer);
    std::vector<float> values(256);
    std::memcpy(values.data(), buffer.data(), 1024);
    EXPECT_THAT(values, testing::Each(testing::AllOf(testing::Ge(-1.0f), testing::Lt(1.0f))));
    EXPECT_NE(values[0], values[1]);
}

TEST(TensorFiles, InputsOfAnotherTypeOrShapeAreRefused) {
    const TempFolder folder(testing::TempDir(), "nibble-inputs-");
    const fs::path file = folder.path() / "x.npy";
    const ArtifactTensor tensor{0, "image", DType::s8, {2, 2}};
    GuardedBuffer buffer(4);
    write_npy(file, {DType::s8, {2, 2}, {1, 2, 3, 4}});
    read_input(file, tensor, buffer);
    EXPECT_EQ(buffer.data()[3], 4);
    for (const NpyArray &other : {NpyArray{DType::u8, {2, 2}, {1, 2, 3, 4}}, NpyArray{DType::s8, {4}, {1, 2, 3, 4}},
                                  NpyArray{DType::s8, {1, 2, 2}, {1, 2, 3, 4}}}) {
        write_npy(file, other);
        try {
            read_input(file, tensor, buffer);
            FAIL() << "read";
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("input image"));
            EXPECT_THAT(error.what(), HasSubstr("expected s8 (2, 2)"));
        }
    }
}

TEST(TensorFiles, WritesTensorsAndTheirIndex) {
    const TempFolder folder(testing::TempDir(), "nibble-outputs-");
    const ArtifactTensor a{7, "first \"name\"", DType::s8, {3}}, b{2, "second", DType::f32, {1}};
    GuardedBuffer values(3), number(4);
    values.data()[0] = 0x80;
    write_tensors(folder.path() / "out", {{&a, &values}, {&b, &number}});
    const NpyArray back = read_npy(folder.path() / "out" / "t7.npy");
    EXPECT_EQ(back.shape, std::vector<int64_t>{3});
    EXPECT_EQ(back.data[0], 0x80);
    EXPECT_EQ(read_npy(folder.path() / "out" / "t2.npy").dtype, DType::f32);
    EXPECT_EQ(nlohmann::json::parse(std::ifstream(folder.path() / "out" / "index.json")),
              nlohmann::json::parse(R"([{"index": 7, "name": "first \"name\""}, {"index": 2, "name": "second"}])"));
}

/// The refusal of a manifest with this text.
std::string manifest_refusal(const std::string &text) {
    const TempFolder folder(testing::TempDir(), "nibble-manifest-");
    std::ofstream(folder.path() / "manifest.json") << text;
    try {
        read_artifact(folder.path());
    } catch (const Error &error) {
        return error.what();
    }
    return "read";
}

TEST(EmulatedLibrary, RefusesRunnersThatItDoesNotKnow) {
    Artifact artifact;
    artifact.name = "library";
    artifact.runner = "qemu-pdp11";
    try {
        load_library(artifact, "ld.lld");
        FAIL() << "loaded";
    } catch (const Error &error) {
        EXPECT_THAT(error.what(), HasSubstr("found qemu-pdp11, expected native"));
    }
}

constexpr const char *disassembly = R"(
guest.elf:	file format elf64-littleaarch64

Disassembly of section .text:

0000000000010000 <nibble_guest_main>:
   10000:      	nop

0000000000010004 <kernel>:
   10004:      	mov	x1, #0x10               // =16
   10008:      	ldr	q0, [x0], #16
   1000c:      	subs	x1, x1, #0x1
   10010:      	b.ne	0x10008 <kernel+0x4>
   10014:      	cbz	x2, 0x1001c <kernel+0x18>
   10018:      	add	x3, x3, x4
   1001c:      	ret
)";

TEST(InstructionCounts, AreThoseOfBlocks) {
    // The branch at 0x10014 is taken: 0x10018 never runs.
    const std::map<uint64_t, uint64_t> counts = {{0x10000, 7},  {0x10004, 1}, {0x10008, 16}, {0x1000c, 16},
                                                 {0x10010, 16}, {0x10014, 1}, {0x1001c, 1}};
    const std::vector<CodeBlock> blocks = executed_blocks(disassembly, counts);
    ASSERT_EQ(blocks.size(), 4u);
    EXPECT_THAT(blocks[0].instructions, testing::ElementsAre("mov x1, #0x10"));
    EXPECT_THAT(blocks[1].instructions, testing::ElementsAre("ldr q0, [x0], #16", "subs x1, x1, #0x1", "b.ne .Lblock"));
    EXPECT_EQ(blocks[1].runs, 16u);
    EXPECT_THAT(blocks[2].instructions, testing::ElementsAre("cbz x2, .Lblock"));
    EXPECT_EQ(instructions_of(blocks), 1u + 3 * 16 + 1 + 1);
}

TEST(PipedProcess, GivesWhatItIsGiven) {
    PipedProcess process({"cat"});
    const std::string text(100000, 'x');
    std::string answer(text.size(), ' ');
    for (size_t at = 0; at < text.size(); at += 10000) {
        process.write(text.data() + at, 10000);
        process.read(answer.data() + at, 10000);
    }
    EXPECT_EQ(answer, text);
}

TEST(PipedProcess, SaysHowAProgramEnded) {
    const auto problem = [](const std::vector<std::string> &arguments) -> std::string {
        try {
            PipedProcess process(arguments);
            char byte = 0;
            process.read(&byte, 1);
        } catch (const Error &error) {
            return error.what();
        }
        return "none";
    };
    EXPECT_EQ(problem({"sh", "-c", "exit 3"}), "sh: run: found exit status 3, expected an answer");
    EXPECT_THAT(problem({"sh", "-c", "kill -9 $$"}), HasSubstr("ended by signal 9"));
    EXPECT_THAT(problem({"/no/such/program"}), HasSubstr("expected a program that can be run"));
}

TEST(Artifact, RefusesOtherFolders) {
    EXPECT_THROW(read_artifact("no such folder"), Error);
    EXPECT_THAT(manifest_refusal("{"), HasSubstr("manifest.json"));
    EXPECT_THAT(manifest_refusal("{}"), HasSubstr("bare_layers"));
    EXPECT_THAT(manifest_refusal("[]"), HasSubstr("what gen_kernels writes"));
    EXPECT_THAT(manifest_refusal(R"({"bare_layers": true})"), HasSubstr("--model"));
    EXPECT_THAT(manifest_refusal(R"({"bare_layers": false, "runner": "native", "name": 3})"), HasSubstr("manifest"));
}

KernelResult result(const std::string &layer, double median) {
    KernelResult result;
    result.layer = layer;
    result.op = "conv2d";
    result.types = "s8s8";
    result.note = "dot_u8s8 x86 mr=8,nv=3";
    result.macs = 1'000'000;
    result.microseconds = {median / 2, median, 9};
    result.peak_gmacs = 400;
    result.clock_ghz = 3;
    return result;
}

TEST(KernelResults, CsvFollowsTheContract) {
    EXPECT_EQ(results_head(Style::csv, {}, "t", 1),
              "peer,version,layer,dtype,min_us,median_us,gmacs_min,gmacs_median,peak_gmacs,note\n");
    EXPECT_EQ(result_line(Style::csv, result("r50_a", 10), 1),
              "nibble," NIBBLE_VERSION ",r50_a,s8s8,5.000,10.000,200.00,100.00,400.00,\"dot_u8s8 x86 mr=8,nv=3\"\n");
    EXPECT_EQ(results_foot(Style::csv, {result("r50_a", 10)}), "");
}

TEST(KernelResults, SharesAreOfThePeakBesideTheLayer) {
    EXPECT_DOUBLE_EQ(result("a", 10).share(), 0.25);
    EXPECT_DOUBLE_EQ(KernelResult().share(), 0);
}

TEST(KernelResults, FootHasMedianAndLeastOfEachFamily) {
    KernelResult wrong = result("r50_wrong", 1);
    wrong.error = "byte 0";
    const std::string foot = results_foot(
        Style::table, {result("r50_a", 10), result("r50_b", 5), result("r50_c", 20), result("net_d", 4), wrong});
    EXPECT_THAT(foot, HasSubstr("r50 conv2d: 3 layers, median share 0.250, least 0.125 (r50_c)"));
    EXPECT_THAT(foot, HasSubstr("net conv2d: 1 layer, median share 0.625, least 0.625 (net_d)"));
}

TEST(KernelResults, MarkdownCellsHoldPipes) {
    EXPECT_THAT(result_line(Style::markdown, result("a|b", 10), 1), HasSubstr("| a\\|b |"));
}

} // namespace
} // namespace nibble
