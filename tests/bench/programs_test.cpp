// run_model and bench_kernels as programs: a small model from folder to files, exit statuses and lines.
// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/guarded_buffer.h"
#include "bench/npy.h"
#include "bench/tensor_files.h"
#include "compiler/files.h"
#include "compiler/operator_table.h"
#include "compiler/process.h"
#include "model/model.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int64_t width = 16;

Quantization per_tensor(float scale, int32_t zero_point) {
    Quantization quantization;
    quantization.scale = {scale};
    quantization.zero_point = {zero_point};
    return quantization;
}

Tensor activation(const std::string &name, int32_t zero_point) {
    Tensor tensor;
    tensor.name = name;
    tensor.shape = {1, width};
    tensor.quantization = per_tensor(0.25f, zero_point);
    return tensor;
}

Tensor weights(const std::string &name, std::mt19937 &generator) {
    Tensor tensor;
    tensor.name = name;
    tensor.shape = {width, width};
    tensor.layout = "OI";
    tensor.quantization = per_tensor(0.01f, 0);
    tensor.quantization->symmetric = true;
    for (int64_t i = 0; i < width * width; ++i) {
        tensor.data.push_back(static_cast<uint8_t>(generator() >> 24));
    }
    return tensor;
}

Operator layer(const std::string &name, int src, int wei, int dst) {
    Operator op;
    op.type = "fully_connected";
    op.name = name;
    op.inputs = {src, wei, -1};
    op.outputs = {dst};
    op.attributes = {{"activation", "none"}};
    op.rounding = Rounding::double_;
    return op;
}

/// Two matrix products in a row: tensors 0 → 2 → 4, weights 1 and 3.
Model small_model() {
    std::mt19937 generator(7);
    Model model;
    model.source = "small";
    model.tensors = {activation("input", -3), weights("w1", generator), activation("middle", 5),
                     weights("w2", generator), activation("output", 0)};
    model.operators = {layer("first", 0, 1, 2), layer("second", 2, 3, 4)};
    model.inputs = {0};
    model.outputs = {4};
    return model;
}

/// The tensors of the model by the reference alone, from run_model's own seeded input.
std::map<int, std::vector<uint8_t>> expected_tensors(const Model &model) {
    GuardedBuffer input(width);
    fill_input(0, {0, "input", DType::s8, {1, width}}, input);
    std::map<int, std::vector<uint8_t>> tensors = {{0, {input.data(), input.data() + width}}};
    const OperatorRow &row = *find_operator("fully_connected");
    for (const Operator &op : model.operators) {
        std::vector<Finding> findings;
        const Layer legal = row.legalise(model, op, findings);
        EXPECT_TRUE(findings.empty()) << findings.at(0).line();
        std::vector<uint8_t> dst(width);
        row.reference(legal, {tensors.at(op.inputs[0]).data()}, {dst.data()});
        tensors[op.outputs[0]] = dst;
    }
    return tensors;
}

ProcessResult run(const std::string &program, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::string(NIBBLE_PROGRAMS) + "/" + program);
    return run_process(arguments, fs::current_path());
}

/// A generated library of the small model, made once.
class Programs : public testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = new TempFolder(testing::TempDir(), "nibble-programs-");
        setenv("NIBBLE_CACHE", (folder_->path() / "cache").c_str(), 1);
        write_model(small_model(), folder_->path() / "model");
        const ProcessResult result =
            run("gen_kernels", {"--target=generic", "--model=" + (folder_->path() / "model").string(), "--out=" + dir(),
                                "--name=small", "--quiet"});
        ASSERT_TRUE(result.ok()) << result.error;
    }
    static void TearDownTestSuite() {
        delete folder_;
        folder_ = nullptr;
    }

    static std::string dir() { return (folder_->path() / "out").string(); }
    static std::string file(const std::string &name) { return (folder_->path() / name).string(); }

    static void expect_refused(const ProcessResult &result, int status, const std::string &words) {
        EXPECT_EQ(result.exit_code, status);
        EXPECT_EQ(result.signal, 0);
        EXPECT_THAT(result.error, HasSubstr(words));
    }

    static TempFolder *folder_;
};

TempFolder *Programs::folder_ = nullptr;

TEST_F(Programs, EveryActivationIsTheReferences) {
    const ProcessResult result = run("run_model", {"--dir=" + dir(), "--layers", "--output-dir=" + file("layers")});
    ASSERT_TRUE(result.ok()) << result.error;
    for (const auto &[index, values] : expected_tensors(small_model())) {
        const NpyArray array = read_npy(file("layers/t" + std::to_string(index) + ".npy"));
        EXPECT_EQ(array.shape, (std::vector<int64_t>{1, width}));
        EXPECT_EQ(array.data, values) << "tensor " << index;
    }
}

TEST_F(Programs, OutputsAreTheReferences) {
    write_npy(file("in.npy"), {DType::s8, {1, width}, expected_tensors(small_model()).at(0)});
    const ProcessResult result =
        run("run_model", {"--dir=" + dir(), "--input=" + file("in.npy"), "--output-dir=" + file("outputs")});
    ASSERT_TRUE(result.ok()) << result.error;
    EXPECT_EQ(read_npy(file("outputs/t4.npy")).data, expected_tensors(small_model()).at(4));
    EXPECT_FALSE(fs::exists(file("outputs/t2.npy")));
}

TEST_F(Programs, ThreadsChangeNothing) {
    const ProcessResult result =
        run("run_model", {"--dir=" + dir(), "--threads=3", "--layers", "--output-dir=" + file("threads")});
    ASSERT_TRUE(result.ok()) << result.error;
    EXPECT_EQ(read_npy(file("threads/t4.npy")).data, expected_tensors(small_model()).at(4));
}

TEST_F(Programs, BadInputsLeaveTheOutputFolderAlone) {
    write_npy(file("wide.npy"), {DType::s8, {1, width + 1}, std::vector<uint8_t>(width + 1)});
    std::ofstream(file("text.npy")) << "not an array";
    const auto refuse = [&](const std::vector<std::string> &inputs, const std::string &words) {
        std::vector<std::string> arguments = {"--dir=" + dir(), "--output-dir=" + file("untouched")};
        for (const std::string &input : inputs) {
            arguments.push_back("--input=" + file(input));
        }
        expect_refused(run("run_model", arguments), 1, words);
        EXPECT_FALSE(fs::exists(file("untouched")));
    };
    refuse({"wide.npy"}, "wide.npy: input input: found s8 (1, 17), expected s8 (1, 16)");
    refuse({"text.npy"}, "expected a .npy file");
    refuse({"absent.npy"}, "absent.npy");
    refuse({"wide.npy", "wide.npy"}, "found 2 files, expected 1");
}

TEST_F(Programs, RunModelRefusesOtherFolders) {
    expect_refused(run("run_model", {"--dir=" + file("nowhere")}), 1, "manifest.json");
    fs::create_directory(file("damaged"));
    fs::copy_file(dir() + "/manifest.json", file("damaged/manifest.json"));
    expect_refused(run("run_model", {"--dir=" + file("damaged")}), 1, "libsmall.a");
    std::ofstream(file("damaged/libsmall.a")) << "no archive";
    expect_refused(run("run_model", {"--dir=" + file("damaged")}), 1, "libsmall.a");
}

/// A machine that is too busy for its peak may refuse to measure, with a line that says so.
void expect_measured(const ProcessResult &result) {
    if (!result.ok()) {
        EXPECT_EQ(result.exit_code, 1);
        EXPECT_THAT(result.error, HasSubstr("macs_per_cycle"));
    }
}

TEST_F(Programs, Bench) {
    expect_measured(run("run_model", {"--dir=" + dir(), "--bench"}));
    expect_measured(run("run_model", {"--dir=" + dir(), "--bench=json"}));
    std::ofstream(file("some.csv")) << "# comment\ngemm,product,2,16,16\n";
    for (const char *style : {"--act=u8", "--cold", "--csv", "--markdown", "--threads=2"}) {
        expect_measured(run("bench_kernels", {"--target=generic", "--layers=" + file("some.csv"), style}));
    }
}

TEST_F(Programs, WrongUsage) {
    expect_refused(run("run_model", {}), 2, "--dir");
    expect_refused(run("run_model", {"--dir=" + dir(), "--no-such-flag"}), 2, "--no-such-flag");
    expect_refused(run("run_model", {"--dir=" + dir(), "--bench=xml"}), 2, "xml");
    expect_refused(run("run_model", {"--dir=" + dir(), "--bench", "--threads=2"}), 2, "--threads");
    expect_refused(run("bench_kernels", {}), 2, "--layers");
    expect_refused(run("bench_kernels", {"--layers=x.csv", "--target=pdp11"}), 2, "pdp11");
    expect_refused(run("bench_kernels", {"--layers=x.csv", "--wei=s3"}), 2, "s3");
}

TEST_F(Programs, BadLayersNameFileAndLine) {
    std::ofstream(file("bad.csv")) << "# kind,name,...\ngemm,good,1,16,16\nconv,short,1,2,3\nblur,x,1,2,3\n";
    const ProcessResult result = run("bench_kernels", {"--layers=" + file("bad.csv")});
    expect_refused(result, 1, "bad.csv: line 3");
    EXPECT_THAT(result.error, HasSubstr("bad.csv: line 4"));
    expect_refused(run("bench_kernels", {"--layers=" + file("absent.csv")}), 1, "absent.csv");
    std::ofstream(file("some.csv")) << "gemm,product,2,16,16\n";
    expect_refused(run("bench_kernels", {"--layers=" + file("some.csv"), "--filter=nothing"}), 1, "--filter");
}

} // namespace
} // namespace nibble
