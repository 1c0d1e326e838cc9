// The cache keeps, finds, forgets the oldest, and never fails a build.
// SPDX-License-Identifier: Apache-2.0
#include "compiler/kernel_cache.h"

#include <chrono>

#include <gtest/gtest.h>

#include "compiler/files.h"
#include "compiler/hash.h"
#include "model/json_text.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

class Cache : public testing::Test {
protected:
    TempFolder temp{fs::temp_directory_path(), "nibble-test-"};
    fs::path folder = temp.path() / "cache";
    fs::path from = temp.path() / "from";
    fs::path to = temp.path() / "to";

    void SetUp() override {
        fs::create_directory(from);
        fs::create_directory(to);
        write_file(from / "kernel.o", std::string(1000, 'k'));
    }
};

TEST_F(Cache, FindsWhatItKept) {
    const KernelCache cache(folder);
    EXPECT_FALSE(cache.fetch("key", {"kernel.o"}, to));
    cache.keep("key", {"kernel.o"}, from);
    EXPECT_TRUE(cache.fetch("key", {"kernel.o"}, to));
    EXPECT_EQ(read_file(to / "kernel.o"), std::string(1000, 'k'));
    EXPECT_FALSE(cache.fetch("other", {"kernel.o"}, to));
    EXPECT_FALSE(cache.fetch("key", {"kernel.o", "kernel.s"}, to));
}

TEST_F(Cache, KeepingAgainReplaces) {
    const KernelCache cache(folder);
    cache.keep("key", {"kernel.o"}, from);
    write_file(from / "kernel.o", "second");
    cache.keep("key", {"kernel.o"}, from);
    EXPECT_TRUE(cache.fetch("key", {"kernel.o"}, to));
    EXPECT_EQ(read_file(to / "kernel.o"), "second");
}

TEST_F(Cache, EmptyFilesAreNotFound) {
    const KernelCache cache(folder);
    write_file(from / "kernel.o", "");
    cache.keep("key", {"kernel.o"}, from);
    EXPECT_FALSE(cache.fetch("key", {"kernel.o"}, to));
}

TEST_F(Cache, PruneForgetsTheLeastRecentlyUsed) {
    const KernelCache cache(folder, 2500);
    for (const char *key : {"a", "b", "c"}) {
        cache.keep(key, {"kernel.o"}, from);
    }
    const auto now = fs::file_time_type::clock::now();
    fs::last_write_time(folder / "kernels" / "a", now - std::chrono::hours(1));
    fs::last_write_time(folder / "kernels" / "b", now - std::chrono::hours(3));
    fs::last_write_time(folder / "kernels" / "c", now - std::chrono::hours(2));
    cache.prune();
    EXPECT_TRUE(cache.fetch("a", {"kernel.o"}, to));
    EXPECT_FALSE(cache.fetch("b", {"kernel.o"}, to));
    EXPECT_TRUE(cache.fetch("c", {"kernel.o"}, to));
}

TEST_F(Cache, FolderThatCanNotBeMadeIsAProblemNotAFailure) {
    write_file(temp.path() / "file", "");
    const KernelCache cache(temp.path() / "file");
    EXPECT_TRUE(cache.problem());
    cache.keep("key", {"kernel.o"}, from);
    EXPECT_FALSE(cache.fetch("key", {"kernel.o"}, to));
    cache.prune();
    EXPECT_TRUE(KernelCache("").problem());
}

TEST_F(Cache, FingerprintFollowsTheFile) {
    EXPECT_EQ(file_fingerprint(from / "kernel.o", folder), sha256(std::string(1000, 'k')));
    EXPECT_EQ(file_fingerprint(from / "kernel.o", folder), sha256(std::string(1000, 'k')));
    write_file(from / "kernel.o", "changed");
    EXPECT_EQ(file_fingerprint(from / "kernel.o", folder), sha256("changed"));
    EXPECT_EQ(file_fingerprint(from / "kernel.o", ""), sha256("changed"));
}

TEST(Hash, IsSha256) { EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); }

} // namespace
} // namespace nibble
