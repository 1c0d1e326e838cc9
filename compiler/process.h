// Runs other programs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nibble {

struct ProcessResult {
    int exit_code = 0;
    int signal = 0;    ///< that ended it, else 0
    std::string error; ///< what it wrote to standard error

    bool ok() const { return exit_code == 0 && signal == 0; }
    /// "exit status 1" or "ended by signal 11 (Segmentation fault)", then ": <last line of standard error>" if any.
    std::string describe() const;
};

/// Runs `arguments[0]` (searched in PATH where it has no slash) in `folder` and waits for it. Its standard output is
/// dropped. Throws Error where it can't be started.
ProcessResult run_process(const std::vector<std::string> &arguments, const std::filesystem::path &folder);

/// run_process for a tool that has to succeed: throws Error where it does not.
void run_tool(const std::vector<std::string> &arguments, const std::filesystem::path &folder);

} // namespace nibble
