// JSON files as we accept them: strict UTF-8, no key twice, not nested without end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

namespace nibble {

/// Parses `text`. Throws Error that names `file`, the path inside the text (and the "name" of the tensor or operator
/// there).
nlohmann::json parse_json(const std::string &file, const std::string &text);

/// The bytes of a file. Throws Error where it can't be read.
std::string read_file(const std::filesystem::path &path);

/// The bytes of a text that a person or an importer wrote. Throws Error where it is longer than 64 MiB, before it fills
/// the memory.
std::string read_text(const std::filesystem::path &path);

/// A value as a finding shows it: compact, at most 60 bytes or so.
std::string preview(const nlohmann::json &value);

} // namespace nibble
