// Temporary folders go away, also those that killed processes left.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/files.h"

#include <gtest/gtest.h>

#include "model/error.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

TEST(Files, ATemporaryFolderGoesWithItsContents) {
    fs::path path;
    {
        const TempFolder temp(fs::temp_directory_path(), "nibble-test-");
        path = temp.path();
        write_file(path / "file", "bytes");
    }
    EXPECT_FALSE(fs::exists(path));
    EXPECT_THROW(TempFolder("/nonexistent", "nibble-test-"), Error);
}

TEST(Files, OnlyAbandonedTemporaryFoldersAreRemoved) {
    const TempFolder temp(fs::temp_directory_path(), "nibble-test-");
    const TempFolder running(temp.path(), ".new-");
    fs::create_directories(temp.path() / ".new-abc123" / "entry");
    fs::create_directories(temp.path() / ".new-longer-name");
    TempFolder::remove_abandoned(temp.path(), ".new-");
    EXPECT_TRUE(fs::exists(running.path()));
    EXPECT_FALSE(fs::exists(temp.path() / ".new-abc123"));
    EXPECT_TRUE(fs::exists(temp.path() / ".new-longer-name"));
}

TEST(Files, AnUnwritableFileIsNamed) { EXPECT_THROW(write_file("/nonexistent/file", "bytes"), Error); }

} // namespace
} // namespace nibble
