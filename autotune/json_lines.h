// Files of JSON, a line each, that several processes may add to.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include <nlohmann/json.hpp>

namespace nibble {

/// Calls `take` with each whole line and where it stands ("file: line 3"); an absent file has none. A last line without
/// its end, as a process that was killed leaves it, is left out.
void read_lines(const std::filesystem::path &file,
                const std::function<void(const std::string &place, const std::string &line)> &take);

/// Adds a line, whole or not at all, in place of what a killed process left of one, and makes the file's folder where
/// there is none. Throws Error.
void append_line(const std::filesystem::path &file, const nlohmann::json &line);

} // namespace nibble
