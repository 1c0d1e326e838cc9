// Outputs appear together or not at all, and what killed processes left is cleared away.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/output_folder.h"

#include <gtest/gtest.h>

#include "model/error.h"
#include "model/json_text.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

class Outputs : public testing::Test {
protected:
    Outputs() { fs::create_directory(folder); }

    TempFolder temp{fs::temp_directory_path(), "nibble-test-"};
    const fs::path folder = temp.path() / "folder"; ///< temp itself is locked

    static size_t entries(const fs::path &folder) {
        return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }
};

TEST_F(Outputs, CommitReplacesOwnAndKeepsForeignFiles) {
    const fs::path out = temp.path() / "a" / "b";
    fs::create_directories(out / "model");
    write_file(out / "foreign.txt", "theirs");
    write_file(out / "manifest.json", "old");
    write_file(out / "model" / "stale", "old");
    write_file(out / "report.html", "old");
    {
        OutputFolder outputs(out);
        write_file(outputs.staging() / "manifest.json", "new");
        fs::create_directory(outputs.staging() / "model");
        write_file(outputs.staging() / "model" / "model.json", "new");
        outputs.commit({"report.html", "model"});
    }
    EXPECT_EQ(read_file(out / "foreign.txt"), "theirs");
    EXPECT_EQ(read_file(out / "manifest.json"), "new");
    EXPECT_FALSE(fs::exists(out / "model" / "stale"));
    EXPECT_FALSE(fs::exists(out / "report.html"));
    EXPECT_EQ(entries(out), 3u);
}

TEST_F(Outputs, WithoutCommitNothingStays) {
    const fs::path out = temp.path() / "a" / "b";
    {
        OutputFolder outputs(out);
        write_file(outputs.staging() / "manifest.json", "new");
    }
    EXPECT_FALSE(fs::exists(temp.path() / "a"));
}

TEST_F(Outputs, EarlierOutputsStayWithoutCommit) {
    write_file(folder / "manifest.json", "old");
    {
        OutputFolder outputs(folder);
        write_file(outputs.staging() / "manifest.json", "new");
    }
    EXPECT_EQ(read_file(folder / "manifest.json"), "old");
    EXPECT_EQ(entries(folder), 1u);
}

TEST_F(Outputs, FolderUnderAFileIsRefused) {
    write_file(temp.path() / "file", "");
    EXPECT_THROW(check_writable(temp.path() / "file"), Error);
    EXPECT_THROW(check_writable(temp.path() / "file" / "out"), Error);
    EXPECT_THROW(OutputFolder(temp.path() / "file" / "out"), Error);
    EXPECT_NO_THROW(check_writable(temp.path() / "new" / "out"));
}

/// What a process leaves that is killed when it has moved a.txt into place, and b.txt is next.
fs::path interrupted_commit(const fs::path &out) {
    const fs::path stage = out / ".nibble-abc123";
    fs::create_directories(stage / "new");
    fs::create_directories(stage / "old");
    write_file(out / "a.txt", "new");
    write_file(out / "b.txt", "old");
    write_file(out / "c.txt", "old");
    write_file(stage / "old" / "a.txt", "old");
    write_file(stage / "new" / "b.txt", "new");
    write_file(stage / "commit", "c.txt\n");
    return stage;
}

TEST_F(Outputs, AnInterruptedCommitIsFinished) {
    interrupted_commit(folder);
    finish_interrupted_outputs(folder);
    EXPECT_EQ(read_file(folder / "a.txt"), "new");
    EXPECT_EQ(read_file(folder / "b.txt"), "new");
    EXPECT_EQ(entries(folder), 2u);
}

TEST_F(Outputs, AnInterruptedCommitIsFinishedBetweenTwoMovesOfAnOutput) {
    const fs::path stage = interrupted_commit(folder);
    fs::rename(folder / "b.txt", stage / "old" / "b.txt");
    finish_interrupted_outputs(folder);
    EXPECT_EQ(read_file(folder / "b.txt"), "new");
    EXPECT_EQ(entries(folder), 2u);
}

TEST_F(Outputs, AnInterruptedCommitStaysInItsFolder) {
    write_file(temp.path() / "mine", "mine");
    write_file(interrupted_commit(folder) / "commit", "../mine\n..\n.\n\nc.txt\n");
    finish_interrupted_outputs(folder);
    EXPECT_EQ(read_file(temp.path() / "mine"), "mine");
    EXPECT_EQ(entries(folder), 2u);
}

TEST_F(Outputs, AnInterruptedStageIsRemoved) {
    const fs::path stage = interrupted_commit(folder);
    fs::remove(stage / "commit");
    finish_interrupted_outputs(folder);
    EXPECT_EQ(read_file(folder / "b.txt"), "old");
    EXPECT_EQ(entries(folder), 3u);
}

TEST_F(Outputs, ForeignFoldersAreLeftAlone) {
    fs::create_directories(folder / ".nibble-abc123" / "mine");
    fs::create_directories(folder / ".nibble-notes" / "new");
    finish_interrupted_outputs(folder);
    EXPECT_EQ(entries(folder), 2u);
    EXPECT_NO_THROW(finish_interrupted_outputs(folder / "missing"));
}

TEST_F(Outputs, ARunningProcessIsLeftAlone) {
    OutputFolder running(folder);
    write_file(running.staging() / "a.txt", "new");
    finish_interrupted_outputs(folder);
    running.commit({});
    EXPECT_EQ(read_file(folder / "a.txt"), "new");
}

} // namespace
} // namespace nibble
