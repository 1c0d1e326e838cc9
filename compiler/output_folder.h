// Outputs that appear all at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/files.h"

namespace nibble {

/// Throws Error where the folder could not be written to (or made), before any work is done for it.
void check_writable(const std::filesystem::path &folder);

/// Clears away what killed processes left in a folder of outputs: what they had staged is removed; where they had begun
/// to move a whole set of outputs into place, the rest of it follows. Throws Error.
void finish_interrupted_outputs(const std::filesystem::path &folder);

/// Writes a set of outputs into a folder: they are staged on the same file system, then moved into place by rename.
/// Where a move fails, the earlier outputs come back. Other files of the folder are left alone.
class OutputFolder {
public:
    /// Makes the folder where it does not exist, and finishes what was interrupted in it. Throws Error.
    explicit OutputFolder(const std::filesystem::path &folder);
    ~OutputFolder();
    OutputFolder(const OutputFolder &) = delete;
    OutputFolder &operator=(const OutputFolder &) = delete;

    /// Where to write the outputs to.
    std::filesystem::path staging() const;
    /// Moves everything in staging() into the folder and removes the entries named in `stale` that are not among it.
    void commit(const std::vector<std::string> &stale);

private:
    void make_folder();
    void remove_made_folders();

    std::filesystem::path folder_;
    std::filesystem::path made_; ///< topmost folder that the constructor made, if any
    std::optional<TempFolder> stage_;
};

} // namespace nibble
