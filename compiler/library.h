// Joins kernels, plan, weights and runtime into one static library.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "compiler/program.h"
#include "compiler/resources.h"

namespace nibble {

/// Writes `library` from a program whose kernels are built. Only symbols that begin with <name>_ stay global; nothing
/// of the files' places gets into it. `work` is a folder for the parts. Throws Error where a tool fails.
void write_library(const Program &program, const std::string &version, const Tools &tools,
                   const std::filesystem::path &work, const std::filesystem::path &library);

} // namespace nibble
