// Tells a folder that a running process works in from one that a killed process left.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>

namespace nibble {

/// The lock of a folder, until the end of the scope or of the process.
class FolderLock {
public:
    /// Takes it where the folder exists and nobody has it, or gives it up within `wait`.
    explicit FolderLock(const std::filesystem::path &folder, std::chrono::milliseconds wait = {});
    ~FolderLock();
    FolderLock(const FolderLock &) = delete;
    FolderLock &operator=(const FolderLock &) = delete;

    bool held() const { return descriptor_ >= 0; }
    /// Somebody else has it. Neither held nor busy: a file system without locks, or no such folder.
    bool busy() const { return busy_; }

private:
    int descriptor_;
    bool busy_ = false;
};

} // namespace nibble
