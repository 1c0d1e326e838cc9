// A generated library as its users meet it: bytes, symbols, sections, header, and two of them in one C99 program.
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <random>
#include <regex>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "compiler/files.h"
#include "compiler/resources.h"
#include "model/json_text.h"
#include "tests/compiler/gen_kernels.h"
#include "tests/compiler/small_model.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Reads an image, runs both libraries and writes their outputs; then each refusal that a context can earn.
constexpr const char *caller = R"(
#include "first.h"
#include "second.h"
#include <stdio.h>
#include <string.h>

static union { unsigned char bytes[FIRST_SCRATCH_BYTES + SECOND_SCRATCH_BYTES + 128]; double aligned; } memory;

int main(void) {
    signed char image[108], first[10], second[10], untouched[10];
    const void *inputs[1];
    void *outputs[1];
    nibble_context context;
    memset(&context, 0, sizeof(context));
    context.size = sizeof(context);
    context.abi_version = NIBBLE_ABI_VERSION;
    context.scratch = memory.bytes + (128 - (size_t)memory.bytes % 128) % 128;
    context.scratch_bytes = FIRST_SCRATCH_BYTES > SECOND_SCRATCH_BYTES ? FIRST_SCRATCH_BYTES : SECOND_SCRATCH_BYTES;
    if (fread(image, 1, sizeof(image), stdin) != sizeof(image)) return 10;
    inputs[0] = image;
    outputs[0] = first;
    if (!first_supported() || first_info.input_count != 1 || strcmp(first_info.name, "first") != 0) return 11;
    if (first_run(&context, inputs, outputs) != NIBBLE_OK) return 12;
    outputs[0] = second;
    if (second_run(&context, inputs, outputs) != NIBBLE_OK) return 13;

    memset(untouched, 99, sizeof(untouched));
    outputs[0] = untouched;
    if (first_run(NULL, inputs, outputs) != NIBBLE_ERROR_NULL_ARGUMENT) return 14;
    context.abi_version = 0;
    if (first_run(&context, inputs, outputs) != NIBBLE_ERROR_ABI_MISMATCH) return 15;
    context.abi_version = NIBBLE_ABI_VERSION;
    if (FIRST_SCRATCH_BYTES > 0) {
        context.scratch_bytes = FIRST_SCRATCH_BYTES - 1;
        if (first_run(&context, inputs, outputs) != NIBBLE_ERROR_SCRATCH_TOO_SMALL) return 16;
    }
    if (untouched[0] != 99 || untouched[9] != 99) return 17;
    if (nibble_status_string(NIBBLE_OK) == NULL) return 18;
    fwrite(first, 1, sizeof(first), stdout);
    fwrite(second, 1, sizeof(second), stdout);
    return 0;
}
)";

/// Runs both libraries before and after a Halide pipeline that has its own runtime; each must give the same twice.
const char *const beside_halide = R"(#include <stdlib.h>
#include <string.h>
#include "first.h"
#include "second.h"
#include "ordinary.h"

static int run_both(int8_t *results) {
    static int8_t image[108];
    const size_t bytes = FIRST_SCRATCH_BYTES > SECOND_SCRATCH_BYTES ? FIRST_SCRATCH_BYTES : SECOND_SCRATCH_BYTES;
    char *memory = malloc(bytes + NIBBLE_ARENA_ALIGNMENT);
    nibble_context context;
    const void *inputs[1];
    void *outputs[1];
    int status;
    if (memory == NULL) return 1;
    memset(&context, 0, sizeof(context));
    context.size = sizeof(context);
    context.abi_version = NIBBLE_ABI_VERSION;
    context.scratch = memory + NIBBLE_ARENA_ALIGNMENT - (uintptr_t)memory % NIBBLE_ARENA_ALIGNMENT;
    context.scratch_bytes = bytes;
    inputs[0] = image;
    outputs[0] = results;
    status = first_run(&context, inputs, outputs);
    outputs[0] = results + 10;
    if (status == NIBBLE_OK) status = second_run(&context, inputs, outputs);
    free(memory);
    return status;
}

int main(void) {
    static int32_t from[4096], to[4096];
    int8_t before[20], after[20];
    halide_dimension_t shape = {0, 4096, 1, 0};
    halide_buffer_t src, dst;
    int i;
    memset(&src, 0, sizeof(src));
    src.type.code = halide_type_int;
    src.type.bits = 32;
    src.type.lanes = 1;
    src.dimensions = 1;
    src.dim = &shape;
    dst = src;
    src.host = (uint8_t *)from;
    dst.host = (uint8_t *)to;
    for (i = 0; i < 4096; i++) from[i] = i;
    if (run_both(before) != NIBBLE_OK) return 10;
    if (ordinary(&src, &dst) != 0) return 11;
    for (i = 0; i < 4096; i++) if (to[i] != 2 * i) return 12;
    if (run_both(after) != NIBBLE_OK) return 13;
    return memcmp(before, after, sizeof(before)) == 0 ? 0 : 14;
}
)";

class GeneratedLibrary : public testing::Test {
protected:
    static constexpr uint32_t first_seed = 1;
    static constexpr uint32_t second_seed = 2;

    /// Two libraries from two models, made once for all tests.
    static void SetUpTestSuite() {
        temp = new TempFolder(fs::temp_directory_path(), "nibble-test-");
        build("first", first_seed, "out");
        build("second", second_seed, "out");
    }
    static void TearDownTestSuite() {
        delete temp;
        temp = nullptr;
    }

    static void build(const std::string &name, uint32_t seed, const std::string &out) {
        const fs::path model = temp->path() / ("model_" + name);
        fs::create_directory(model);
        write_model(small_model(seed), model);
        const CommandResult result = gen_kernels({"--target=generic", "--model=" + model.string(), "--name=" + name,
                                                  "--out=" + (temp->path() / out).string(), "--quiet"});
        ASSERT_EQ(result.status, 0) << result.error;
        ASSERT_EQ(result.error + result.output, "");
    }

    static std::string path(const std::string &file) { return (temp->path() / "out" / file).string(); }

    /// The output of one of LLVM's tools, which stand beside objcopy.
    static std::string tool(const std::string &name, const std::vector<std::string> &arguments) {
        std::vector<std::string> command = {std::regex_replace(read_tools().llvm_objcopy, std::regex("objcopy"), name)};
        command.insert(command.end(), arguments.begin(), arguments.end());
        const CommandResult result = run_command(command);
        EXPECT_EQ(result.status, 0) << result.error;
        return result.output;
    }

    static TempFolder *temp;
};

TempFolder *GeneratedLibrary::temp = nullptr;

TEST_F(GeneratedLibrary, TwoLibrariesInOneC99ProgramEqualTheReference) {
    write_file(temp->path() / "caller.c", caller);
    const std::string program = (temp->path() / "caller").string();
    const CommandResult compiled =
        run_command({NIBBLE_C_COMPILER, "-std=c99", "-Wall", "-Wextra", "-Werror", "-I" + path(""),
                     (temp->path() / "caller.c").string(), path("libfirst.a"), path("libsecond.a"), "-o", program});
    ASSERT_EQ(compiled.status, 0) << compiled.error;
    ASSERT_EQ(compiled.error, "");

    std::mt19937 random(7);
    std::vector<int8_t> image(108);
    for (int8_t &value : image) {
        value = static_cast<int8_t>(random() & 255);
    }
    write_file(temp->path() / "image", {reinterpret_cast<const char *>(image.data()), image.size()});
    const CommandResult result =
        run_command({"/bin/sh", "-c", "\"$1\" <\"$2\"", "sh", program, (temp->path() / "image").string()});
    ASSERT_EQ(result.status, 0);
    std::vector<int8_t> expected = run_reference(small_model(first_seed), image);
    const std::vector<int8_t> second = run_reference(small_model(second_seed), image);
    expected.insert(expected.end(), second.begin(), second.end());
    EXPECT_EQ(result.output, std::string(reinterpret_cast<const char *>(expected.data()), expected.size()));
}

TEST_F(GeneratedLibrary, LinksBesideAnOrdinaryHalideLibrary) {
    const CommandResult made = run_command({NIBBLE_ORDINARY_HALIDE_LIBRARY, temp->path().string()});
    ASSERT_EQ(made.status, 0) << made.error;
    write_file(temp->path() / "beside.c", beside_halide);
    const std::string program = (temp->path() / "beside").string();
    const CommandResult compiled = run_command(
        {NIBBLE_C_COMPILER, "-std=c99", "-Wall", "-Wextra", "-Werror", "-I" + path(""), "-I" + temp->path().string(),
         "-isystem", NIBBLE_HALIDE_INCLUDE, (temp->path() / "beside.c").string(), path("libfirst.a"),
         path("libsecond.a"), (temp->path() / "ordinary.a").string(), "-o", program, "-lpthread", "-ldl", "-lm"});
    ASSERT_EQ(compiled.status, 0) << compiled.error;
    EXPECT_EQ(run_command({program}).status, 0);
}

TEST_F(GeneratedLibrary, HeaderCompilesAlone) {
    for (const std::vector<std::string> &compiler : {std::vector<std::string>{NIBBLE_C_COMPILER, "-std=c99", "-x", "c"},
                                                     {NIBBLE_CXX_COMPILER, "-std=c++11", "-x", "c++"}}) {
        std::vector<std::string> command = compiler;
        for (const char *argument : {"-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"}) {
            command.push_back(argument);
        }
        write_file(temp->path() / "include", "#include \"first.h\"\n#include \"first.h\"\n#include \"second.h\"\n");
        command.insert(command.end(), {"-I" + path(""), (temp->path() / "include").string()});
        const CommandResult result = run_command(command);
        EXPECT_EQ(result.status, 0) << result.error;
        EXPECT_EQ(result.error, "");
    }
}

TEST_F(GeneratedLibrary, SameRequestGivesSameBytesInAnyFolder) {
    build("first", first_seed, "deeper/elsewhere");
    const auto again = folder_contents(temp->path() / "deeper" / "elsewhere");
    for (const auto &[file, bytes] : again) {
        if (file == "libfirst.a" || file == "first.h") {
            EXPECT_TRUE(bytes == read_file(path(file))) << file;
        }
        EXPECT_THAT(bytes, Not(HasSubstr(temp->path().string()))) << file;
    }
    build("first", first_seed, "out");
    for (const auto &[file, bytes] : again) {
        EXPECT_TRUE(bytes == read_file(path(file))) << file;
    }
    build("second", second_seed, "out");
}

TEST_F(GeneratedLibrary, SameRequestGivesSameBytesFromAnEmptyCache) {
    const fs::path out = temp->path() / "fresh";
    const CommandResult result = run_command(
        {"/usr/bin/env", "NIBBLE_CACHE=" + (temp->path() / "cache").string(), NIBBLE_GEN_KERNELS, "--target=generic",
         "--model=" + (temp->path() / "model_first").string(), "--name=first", "--out=" + out.string(), "--jobs=2"});
    ASSERT_EQ(result.status, 0) << result.error;
    EXPECT_THAT(result.output, AllOf(HasSubstr("wrote"), Not(HasSubstr("cached"))));
    for (const char *file : {"libfirst.a", "first.h"}) {
        EXPECT_TRUE(read_file(out / file) == read_file(path(file))) << file;
    }
}

TEST_F(GeneratedLibrary, EveryGlobalIsTheLibrarysOwn) {
    std::istringstream lines(tool("nm", {"--defined-only", "--extern-only", "--format=posix", path("libfirst.a")}));
    std::set<std::string> symbols;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line.back() != ':') {
            symbols.insert(line.substr(0, line.find(' ')));
        }
    }
    EXPECT_EQ(symbols, (std::set<std::string>{"first_conv", "first_dense", "first_flatten", "first_info", "first_run",
                                              "first_supported", "nibble_status_string"}));
}

TEST_F(GeneratedLibrary, NeedsNothingButTheCLibrarysMemoryFunctions) {
    std::istringstream lines(tool("nm", {"--undefined-only", "--format=posix", path("libfirst.a")}));
    for (std::string line; std::getline(lines, line);) {
        const std::string symbol = line.substr(0, line.find(' '));
        if (!line.empty() && line.back() != ':') {
            EXPECT_TRUE(symbol == "memcpy" || symbol == "memset" || symbol == "memmove") << symbol;
        }
    }
}

TEST_F(GeneratedLibrary, OnlyRelocatedTablesAreWritable) {
    const std::string sections = tool("readelf", {"--sections", "--wide", path("libfirst.a")});
    EXPECT_THAT(sections, HasSubstr(".note.GNU-stack"));
    std::istringstream lines(sections);
    const std::regex row(R"(\[ *\d+\] (\S+) +(\S+) +\S+ \S+ (\S+) \S+ +(\S+))");
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (std::regex_search(line, found, row) && found[4].str().find('W') != std::string::npos &&
            found[3] != "000000") {
            EXPECT_EQ(found[1].str().rfind(".data.rel.ro", 0), 0u) << line;
        }
    }
}

TEST_F(GeneratedLibrary, ManifestDescribesEachLayer) {
    build("second", second_seed, "out");
    const nlohmann::json manifest = nlohmann::json::parse(read_file(path("manifest.json")));
    EXPECT_EQ(manifest["name"], "second");
    ASSERT_EQ(manifest["kernels"].size(), 3u);
    EXPECT_EQ(manifest["kernels"][0]["operator"], "conv2d");
    EXPECT_EQ(manifest["kernels"][0]["macs"], 6 * 6 * 4 * 27);
    EXPECT_EQ(manifest["kernels"][1]["in_run"], false);
    EXPECT_EQ(manifest["kernels"][2]["src"][0]["index"], 4);
    EXPECT_EQ(manifest["inputs"][0]["index"], 0);
    EXPECT_THAT(read_file(path("report.html")), HasSubstr("dense"));
    EXPECT_EQ(read_model(path("model")).operators.size(), 3u);
}

TEST_F(GeneratedLibrary, AssemblyAndStatements) {
    const std::string out = (temp->path() / "texts").string();
    const CommandResult result = gen_kernels({"--target=generic", "--model=" + (temp->path() / "model_first").string(),
                                              "--out=" + out, "--emit=asm,stmt", "--quiet"});
    ASSERT_EQ(result.status, 0) << result.error;
    const auto files = folder_contents(out);
    EXPECT_TRUE(files.count("asm/conv.s"));
    EXPECT_TRUE(files.count("asm/dense.stmt"));
    EXPECT_FALSE(files.count("report.html"));
}

} // namespace
} // namespace nibble
