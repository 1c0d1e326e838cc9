// Outputs appear together or not at all.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/files.h"

#include <gtest/gtest.h>

#include "model/error.h"
#include "model/json_text.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
protected:
    TempFolder temp{fs::temp_directory_path(), "nibble-test-"};

    static size_t entries(const fs::path &folder) {
        return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }
};

TEST_F(Files, CommitReplacesOwnAndKeepsForeignFiles) {
    const fs::path out = temp.path() / "a" / "b";
    fs::create_directories(out / "model");
    write_file(out / "foreign.txt", "theirs");
    write_file(out / "manifest.json", "old");
    write_file(out / "model" / "stale", "old");
    write_file(out / "report.html", "old");
    {
        OutputFolder folder(out);
        write_file(folder.staging() / "manifest.json", "new");
        fs::create_directory(folder.staging() / "model");
        write_file(folder.staging() / "model" / "model.json", "new");
        folder.commit({"report.html", "model"});
    }
    EXPECT_EQ(read_file(out / "foreign.txt"), "theirs");
    EXPECT_EQ(read_file(out / "manifest.json"), "new");
    EXPECT_FALSE(fs::exists(out / "model" / "stale"));
    EXPECT_FALSE(fs::exists(out / "report.html"));
    EXPECT_EQ(entries(out), 3u);
}

TEST_F(Files, WithoutCommitNothingStays) {
    const fs::path out = temp.path() / "a" / "b";
    {
        OutputFolder folder(out);
        write_file(folder.staging() / "manifest.json", "new");
    }
    EXPECT_FALSE(fs::exists(temp.path() / "a"));
}

TEST_F(Files, EarlierOutputsStayWithoutCommit) {
    write_file(temp.path() / "manifest.json", "old");
    {
        OutputFolder folder(temp.path());
        write_file(folder.staging() / "manifest.json", "new");
    }
    EXPECT_EQ(read_file(temp.path() / "manifest.json"), "old");
    EXPECT_EQ(entries(temp.path()), 1u);
}

TEST_F(Files, FolderUnderAFileIsRefused) {
    write_file(temp.path() / "file", "");
    EXPECT_THROW(check_writable(temp.path() / "file"), Error);
    EXPECT_THROW(check_writable(temp.path() / "file" / "out"), Error);
    EXPECT_THROW(OutputFolder(temp.path() / "file" / "out"), Error);
    EXPECT_NO_THROW(check_writable(temp.path() / "new" / "out"));
}

} // namespace
} // namespace nibble
