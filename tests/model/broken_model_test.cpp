// Everything that can be wrong with a model folder is one line that names it.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/error.h"
#include "tests/model/model_folder.h"

namespace nibble {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using namespace nibble::testing;

TEST(BrokenModel, EachOfTheTableIsRefused) {
    const json good = json::parse(test_file("good_model.json"));
    const json table = json::parse(test_file("broken_models.json"));
    ASSERT_GT(table.size(), 100u);
    TempFolder folder;
    for (const json &broken : table) {
        SCOPED_TRACE(broken["name"]);
        write_folder(folder.path(), good.patch(broken["patch"]).dump());
        const std::string findings = findings_of(folder.path());
        EXPECT_THAT(findings, HasSubstr(broken["line"].get<std::string>()));
        EXPECT_THAT(findings, HasSubstr(folder.path().string()));
    }
}

TEST(BrokenModel, AllFindingsAreTold) {
    json model = json::parse(test_file("good_model.json"));
    model["tensors"][1]["quantization"]["scale"][0] = -1;
    model["tensors"][4]["layout"] = "OI";
    model["operators"][2]["name"] = "quantize_0";
    TempFolder folder;
    write_folder(folder.path(), model.dump());
    const std::string findings = findings_of(folder.path());
    EXPECT_EQ(std::count(findings.begin(), findings.end(), '\n'), 2) << findings;
}

TEST(BrokenModel, LinesStayLines) {
    json model = json::parse(test_file("good_model.json"));
    model["tensors"][1]["name"] = "two\nlines";
    model["tensors"][1]["shape"][0] = 0;
    TempFolder folder;
    write_folder(folder.path(), model.dump());
    EXPECT_THAT(findings_of(folder.path()), HasSubstr("two\\x0alines"));
}

struct BrokenText {
    std::string text;
    std::string line;
};

TEST(BrokenModel, TextThatIsNoJson) {
    const std::string good = test_file("good_model.json");
    const std::string nan = R"({"nibble":1,"tensors":[{"name":"x","quantization":{"scale":[0.5,NaN]}}]})";
    const std::vector<BrokenText> texts = {
        {"", "document: found"},
        {"null", "nibble: found no such key"},
        {"[1]", "nibble: found no such key"},
        {"TFL3", "document: found"},
        {good.substr(0, good.size() / 2), "expected valid JSON in UTF-8"},
        {good + "}", "expected valid JSON in UTF-8"},
        {nan, "tensors[0].quantization.scale[1] (\"x\"): found"},
        {R"({"nibble":1,"inputs":[1e999]})", "inputs[0]: found \"1e999\""},
        {R"({"nibble":1,"nibble":1})", "nibble: found the same key twice, expected each key once"},
        {"{\"nibble\":1,\"a\":\"\xff\xfe\"}", "a: found"},
        {"{\"nibble\":1,\"a\":" + std::string(100000, '['), "deeper nesting, expected at most 32 levels"},
        {"{\"nibble\":1,\"a\":" + std::string(50, '[') + std::string(50, ']') + "}", "deeper nesting"},
    };
    TempFolder folder;
    for (const BrokenText &broken : texts) {
        SCOPED_TRACE(broken.text.substr(0, 100));
        write_folder(folder.path(), broken.text);
        EXPECT_THAT(findings_of(folder.path()), HasSubstr(broken.line));
    }
}

TEST(BrokenModel, MissingFilesAreNamed) {
    TempFolder folder;
    EXPECT_THAT(findings_of(folder.path() / "nothing"), HasSubstr("nothing/model.json: file: found"));
    write_folder(folder.path(), test_file("good_model.json"));
    std::filesystem::remove(folder.path() / "weights.safetensors");
    EXPECT_THAT(findings_of(folder.path()), HasSubstr("weights.safetensors: file: found"));
    std::filesystem::remove(folder.path() / "model.json");
    std::filesystem::create_directory(folder.path() / "model.json");
    EXPECT_THAT(findings_of(folder.path()), HasSubstr("model.json: file: found"));
}

/// Bytes changed, removed or doubled anywhere: an Error or a model, never a crash.
TEST(BrokenModel, MutatedTextNeverCrashes) {
    constexpr unsigned kSeed = 20260801;
    std::mt19937 random(kSeed);
    const std::string good = test_file("good_model.json");
    TempFolder folder;
    write_folder(folder.path(), good);
    int refused = 0;
    for (int i = 0; i < 1000; ++i) {
        SCOPED_TRACE("seed " + std::to_string(kSeed) + ", mutation " + std::to_string(i));
        std::string text = good;
        for (unsigned changes = 1 + random() % 3; changes-- > 0;) {
            const size_t at = random() % text.size();
            switch (random() % 3) {
            case 0:
                text[at] = static_cast<char>(random());
                break;
            case 1:
                text.erase(at, 1 + random() % 20);
                break;
            default:
                text.insert(at, text.substr(random() % text.size(), 1 + random() % 20));
            }
        }
        write_bytes(folder.path() / "model.json", text);
        refused += findings_of(folder.path()).empty() ? 0 : 1;
    }
    EXPECT_GT(refused, 500);
}

} // namespace
} // namespace nibble
