// Exit status, lines and an untouched output folder for every kind of bad input.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/files.h"
#include "tests/compiler/gen_kernels.h"
#include "tests/compiler/small_model.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CommandLine : public testing::Test {
protected:
    TempFolder temp{fs::temp_directory_path(), "nibble-test-"};
    fs::path out = temp.path() / "out";

    void SetUp() override {
        fs::create_directory(out);
        write_file(out / "manifest.json", "earlier");
    }

    /// Expects a refusal: this status, one line with all of `parts`, and the earlier output alone in the folder.
    void refused(const std::vector<std::string> &arguments, int status, const std::vector<std::string> &parts,
                 long lines = 1) {
        const CommandResult result = gen_kernels(arguments);
        EXPECT_EQ(result.status, status) << result.error;
        EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), lines) << result.error;
        for (const std::string &part : parts) {
            EXPECT_THAT(result.error, HasSubstr(part));
        }
        EXPECT_EQ(folder_contents(out), (std::map<std::string, std::string>{{"manifest.json", "earlier"}}));
    }

    std::string file(const std::string &name, const std::string &bytes) {
        write_file(temp.path() / name, bytes);
        return (temp.path() / name).string();
    }

    std::string model_folder(const Model &model) {
        const fs::path folder = temp.path() / "model";
        fs::create_directory(folder);
        write_model(model, folder);
        return folder.string();
    }

    std::vector<std::string> with_model(const std::string &model) {
        return {"--target=generic", "--model=" + model, "--out=" + out.string(), "--quiet"};
    }
};

TEST_F(CommandLine, Questions) {
    EXPECT_EQ(gen_kernels({"--version"}).status, 0);
    EXPECT_THAT(gen_kernels({"--version"}).output, HasSubstr(NIBBLE_VERSION));
    EXPECT_THAT(gen_kernels({"--help"}).output, HasSubstr("--model"));
    EXPECT_EQ(gen_kernels({"--help"}).status, 0);
    EXPECT_THAT(gen_kernels({"--list-targets"}).output, HasSubstr("generic\n"));
    EXPECT_THAT(gen_kernels({"--describe-target=generic"}).output, HasSubstr("\"halide_target\""));
}

TEST_F(CommandLine, WrongUsage) {
    const std::string model = "--model=m.tflite";
    const std::string folder = "--out=" + out.string();
    refused({}, 2, {"--target"});
    refused({"--colour"}, 2, {"--colour"});
    refused({"--target=vax", model, folder}, 2, {"--target", "vax", "generic", "host"});
    refused({"--describe-target=vax"}, 2, {"vax"});
    refused({"--target=generic", folder}, 2, {"--model"});
    refused({"--target=generic", model}, 2, {"--out"});
    refused({"--target=generic", model, "--layers=l.csv", folder}, 2, {"--model"});
    refused({"--target=generic", model, folder, "--name=3d"}, 2, {"3d", "C identifier"});
    refused({"--target=generic", model, folder, "--name=nibble_x"}, 2, {"nibble"});
    refused({"--target=generic", model, folder, "--jobs=0"}, 2, {"--jobs"});
    refused({"--target=generic", model, folder, "--emit=lib,exe"}, 2, {"exe"});
    refused({"--target=generic", model, folder, "--import-rounding=up"}, 2, {"--import-rounding"});
    refused({"--target=hexagon-64-hvx", model, folder, "--vtcm=-1"}, 2, {"--vtcm", "-1"});
    refused({"--target=generic", model, folder, "--scratch=-1"}, 2, {"--scratch", "-1"});
}

TEST_F(CommandLine, MissingAndForeignFiles) {
    refused(with_model("/nonexistent/m.tflite"), 1, {"/nonexistent/m.tflite", "no such file"});
    refused(with_model(file("m.onnx", "x")), 1, {"m.onnx", "expected an ONNX model"});
    refused(with_model(file("m.keras", "x")), 1, {"m.keras", ".onnx", ".tflite"});
    refused(with_model(file("m.tflite", "not a flatbuffer at all")), 1, {"m.tflite"});
    refused(with_model(file("empty.tflite", "")), 1, {"empty.tflite"});
    refused(with_model(temp.path().string()), 1, {"model.json"});
    refused({"--target=generic", "--layers=" + file("l.csv", "conv,a\n"), "--out=" + out.string()}, 1,
            {"l.csv", "line 1"});
}

TEST_F(CommandLine, UnsupportedOperatorsAreListedTogether) {
    Model model = small_model(1);
    model.operators[0].type = "lstm";
    model.operators[2].type = "gru";
    refused(with_model(model_folder(model)), 1, {"lstm", "image", "conv/dst", "gru", "classes", "expected one of add"},
            2);
}

TEST_F(CommandLine, UnwritableFolder) {
    const std::string blocked = file("file", "");
    const std::string model = model_folder(small_model(1));
    refused({"--target=generic", "--model=" + model, "--out=" + out.string(), "--vtcm=1"}, 1,
            {"--vtcm", "at most", "0"});
    refused({"--target=generic", "--model=" + model, "--out=" + blocked}, 1, {"--out", "not a folder"});
    refused({"--target=generic", "--model=" + model, "--out=" + blocked + "/deeper"}, 1, {"--out", "not a folder"});
    refused({"--target=generic", "--model=" + model, "--out=/proc/nibble"}, 1, {"--out"});
}

} // namespace
} // namespace nibble
