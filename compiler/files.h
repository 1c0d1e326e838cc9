// Written files, temporary folders, and outputs that appear all at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nibble {

/// Writes a whole file. Throws Error naming it.
void write_file(const std::filesystem::path &, std::string_view bytes);

/// A fresh folder, removed with its contents at the end of the scope.
class TempFolder {
public:
    /// Inside `parent`; the folder's name begins with `prefix`. Throws Error.
    TempFolder(const std::filesystem::path &parent, const std::string &prefix);
    ~TempFolder();
    TempFolder(const TempFolder &) = delete;
    TempFolder &operator=(const TempFolder &) = delete;

    const std::filesystem::path &path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Throws Error where the folder could not be written to (or made), before any work is done for it.
void check_writable(const std::filesystem::path &folder);

/// Writes a set of outputs into a folder: they are staged on the same file system, then moved into place by rename.
/// Where a move fails, the earlier outputs come back. Other files of the folder are left alone.
class OutputFolder {
public:
    /// Makes the folder where it does not exist. Throws Error.
    explicit OutputFolder(const std::filesystem::path &folder);
    ~OutputFolder();
    OutputFolder(const OutputFolder &) = delete;
    OutputFolder &operator=(const OutputFolder &) = delete;

    /// Where to write the outputs to.
    std::filesystem::path staging() const;
    /// Moves everything in staging() into the folder and removes the entries named in `stale` that are not among it.
    void commit(const std::vector<std::string> &stale);

private:
    void remove_made_folders();

    std::filesystem::path folder_;
    std::filesystem::path made_; ///< topmost folder that the constructor made, if any
    std::filesystem::path stage_;
};

} // namespace nibble
