// weights.safetensors: foreign, truncated and mutated files are errors that name the file.
// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.h"
#include "model/model.h"
#include "model/safetensors.h"
#include "tests/model/model_folder.h"

namespace nibble {
namespace {

using ::testing::HasSubstr;
using namespace nibble::testing;

std::string with_length(const std::string &header, uint64_t length) {
    std::string bytes;
    for (int shift = 0; shift < 64; shift += 8) {
        bytes += static_cast<char>(length >> shift & 0xff);
    }
    return bytes + header;
}

std::string container(const std::string &header, const std::string &data) {
    return with_length(header, header.size()) + data;
}

std::string findings_of_bytes(const std::string &bytes) {
    static const TempFolder folder;
    const std::filesystem::path path = folder.path() / "x.safetensors";
    write_bytes(path, bytes);
    try {
        const SafetensorsFile file(path);
        for (const auto &[name, entry] : file.entries()) {
            file.read(entry);
        }
        return "";
    } catch (const Error &error) {
        EXPECT_THAT(error.what(), HasSubstr(path.string()));
        return error.what();
    }
}

TEST(Safetensors, ReadsWhatOthersWrite) {
    const std::string header =
        R"({"__metadata__":{"format":"np"},"b":{"dtype":"I16","shape":[2],"data_offsets":[0,4]},)"
        R"("a":{"dtype":"U8","shape":[],"data_offsets":[4,5]}}   )";
    TempFolder folder;
    write_bytes(folder.path() / "x", container(header, "12345"));
    const SafetensorsFile file(folder.path() / "x");
    ASSERT_EQ(file.entries().size(), 2u);
    EXPECT_EQ(file.read(file.entries().at("b")), (std::vector<uint8_t>{'1', '2', '3', '4'}));
    EXPECT_EQ(file.read(file.entries().at("a")), (std::vector<uint8_t>{'5'}));
}

TEST(Safetensors, NoTensorsIsAFileToo) {
    TempFolder folder;
    write_safetensors({}, folder.path() / "x");
    EXPECT_TRUE(SafetensorsFile(folder.path() / "x").entries().empty());
}

TEST(Safetensors, LargeElementsComeFirst) {
    Tensor bytes, words;
    bytes.shape = words.shape = {3};
    bytes.data = {1, 2, 3};
    words.dtype = DType::s32;
    words.data.assign(12, 7);
    TempFolder folder;
    write_safetensors({{"a", &bytes}, {"b", &words}}, folder.path() / "x");
    const SafetensorsFile file(folder.path() / "x");
    EXPECT_EQ(file.entries().at("b").begin, 0u);
    EXPECT_EQ(file.entries().at("a").begin, 12u);
    EXPECT_EQ(file.read(file.entries().at("a")), bytes.data);
    EXPECT_EQ(std::filesystem::file_size(folder.path() / "x") % 8, 15u % 8);
}

struct BrokenContainer {
    std::string bytes;
    std::string line;
};

TEST(Safetensors, BrokenContainersAreRefused) {
    const auto entry = [](const std::string &fields) { return container("{\"a\":{" + fields + "}}", "1234"); };
    const std::vector<BrokenContainer> broken = {
        {"", "header: found a file of 0 bytes, expected a safetensors file"},
        {"1234567", "header: found a file of 7 bytes"},
        {with_length("{}", 3), "header length: found 3 bytes, expected at most 2"},
        {with_length("{}", UINT64_MAX), "header length: found 18446744073709551615 bytes"},
        {"TFL3 is no safetensors file", "header length: found"},
        {container("[]", ""), "header: found [], expected an object"},
        {container("", ""), "document: found"},
        {container("{\"a\"", ""), "expected valid JSON"},
        {container(R"({"a":1})", ""), "entry \"a\": found 1, expected an object"},
        {container(R"({"__metadata__":{"a":1}})", ""), "__metadata__: found {\"a\":1}"},
        {container("{}", "1"), "data: found 1 bytes after the header, expected 0"},
        {entry(R"("dtype":"I8","shape":[4])"), "entry \"a\", data_offsets: found no such key"},
        {entry(R"("shape":[4],"data_offsets":[0,4])"), "entry \"a\", dtype: found no such key"},
        {entry(R"("dtype":"I8","shape":[4],"data_offsets":[0,4],"x":1)"), "entry \"a\", x: found an unknown key"},
        {entry(R"("dtype":"I4","shape":[4],"data_offsets":[0,4])"), "entry \"a\", dtype: found I4"},
        {entry(R"("dtype":"I8","shape":[-4],"data_offsets":[0,4])"), "entry \"a\", shape[0]: found -4"},
        {entry(R"("dtype":"I8","shape":[5],"data_offsets":[0,4])"),
         "found 4 bytes, expected 5 for its dtype and shape"},
        {entry(R"("dtype":"I8","shape":[4294967296,4294967296],"data_offsets":[0,4])"),
         "expected a shape that fits 64"},
        {entry(R"("dtype":"I8","shape":[5],"data_offsets":[0,5])"), "data: found 4 bytes after the header, expected 5"},
        {entry(R"("dtype":"I8","shape":[3],"data_offsets":[1,4])"), "found a gap at byte 1, expected it to begin at 0"},
        {entry(R"("dtype":"I8","shape":[4],"data_offsets":[4,0])"), "found [4, 0], expected [begin, end]"},
        {entry(R"("dtype":"I8","shape":[4],"data_offsets":[0])"), "found [0], expected [begin, end]"},
        {entry(R"("dtype":"I8","shape":[4],"data_offsets":[0,18446744073709551615])"), "data_offsets[1]: found 18446"},
        {container(
             R"({"a":{"dtype":"I8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"I8","shape":[2],"data_offsets":[2,4]}})",
             "1234"),
         "entry \"b\", data_offsets: found an overlap at byte 2, expected it to begin at 3"},
    };
    for (const BrokenContainer &each : broken) {
        SCOPED_TRACE(each.line);
        EXPECT_THAT(findings_of_bytes(each.bytes), HasSubstr(each.line));
    }
}

TEST(Safetensors, EntriesThatNoTensorNamesAreRefused) {
    TempFolder folder;
    write_folder(folder.path(), test_file("good_model.json"));
    const std::string bytes = read_bytes(folder.path() / "weights.safetensors");
    std::string renamed = bytes;
    renamed.replace(renamed.find("\"t5\""), 4, "\"x5\"");
    write_bytes(folder.path() / "weights.safetensors", renamed);
    const std::string findings = findings_of(folder.path());
    EXPECT_THAT(findings, HasSubstr("entry \"t5\": found no such entry"));
    EXPECT_THAT(findings, HasSubstr("entry \"x5\": found an entry that no tensor names"));
}

TEST(Safetensors, EveryTruncationIsRefused) {
    TempFolder folder;
    write_folder(folder.path(), test_file("good_model.json"));
    const std::string bytes = read_bytes(folder.path() / "weights.safetensors");
    for (size_t size = 0; size < bytes.size(); ++size) {
        ASSERT_NE(findings_of_bytes(bytes.substr(0, size)), "") << size << " bytes";
    }
}

/// Bytes of header and length changed anywhere: an Error or a file that can be read to its end, never a crash.
TEST(Safetensors, MutatedHeadersNeverCrash) {
    constexpr unsigned kSeed = 8201;
    std::mt19937 random(kSeed);
    TempFolder folder;
    write_folder(folder.path(), test_file("good_model.json"));
    const std::string good = read_bytes(folder.path() / "weights.safetensors");
    const size_t header = good.find("}}") + 2;
    int refused = 0;
    for (int i = 0; i < 3000; ++i) {
        SCOPED_TRACE("seed " + std::to_string(kSeed) + ", mutation " + std::to_string(i));
        std::string bytes = good;
        for (unsigned changes = 1 + random() % 4; changes-- > 0;) {
            const char digit = static_cast<char>('0' + random() % 10);
            bytes[random() % header] = random() % 2 == 0 ? digit : static_cast<char>(random());
        }
        write_bytes(folder.path() / "weights.safetensors", bytes);
        refused += findings_of(folder.path()).empty() ? 0 : 1;
    }
    EXPECT_GT(refused, 2000);
}

} // namespace
} // namespace nibble
