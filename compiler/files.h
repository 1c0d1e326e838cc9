// Written files and temporary folders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/folder_lock.h"

namespace nibble {

/// Writes a whole file. Throws Error naming it.
void write_file(const std::filesystem::path &, std::string_view bytes);

/// A fresh folder, removed with its contents at the end of the scope. It is locked, so that one which a killed process
/// left can be told.
class TempFolder {
public:
    /// Inside `parent`; the folder's name begins with `prefix`. Throws Error.
    TempFolder(const std::filesystem::path &parent, const std::string &prefix);
    ~TempFolder();
    TempFolder(const TempFolder &) = delete;
    TempFolder &operator=(const TempFolder &) = delete;

    const std::filesystem::path &path() const { return path_; }

    /// Those inside `parent` whose names begin with `prefix`, of all processes.
    static std::vector<std::filesystem::path> list(const std::filesystem::path &parent, const std::string &prefix);
    /// Removes those that killed processes left. What can't be removed stays.
    static void remove_abandoned(const std::filesystem::path &parent, const std::string &prefix);

private:
    std::filesystem::path path_;
    std::optional<FolderLock> lock_;
};

} // namespace nibble
