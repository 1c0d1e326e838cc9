// Runs gen_kernels and looks at what it did.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace nibble {

struct CommandResult {
    int status = 0;
    std::string output;
    std::string error;
};

/// Runs a program in the current folder; status 128 + signal where one ended it.
CommandResult run_command(const std::vector<std::string> &arguments);
/// The same for gen_kernels.
CommandResult gen_kernels(std::vector<std::string> arguments);

/// Bytes of every file below a folder, by relative path.
std::map<std::string, std::string> folder_contents(const std::filesystem::path &folder);

} // namespace nibble
