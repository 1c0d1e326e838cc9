// Model folders for tests: good_model.json with weights of its own, in a folder that goes away with the test.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

namespace nibble::testing {

/// A new folder, removed with its contents at the end of scope.
class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder &) = delete;
    TempFolder &operator=(const TempFolder &) = delete;
    const std::filesystem::path &path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// The bytes of a file in this folder's sources, e.g. "good_model.json".
std::string test_file(const std::string &name);

void write_bytes(const std::filesystem::path &path, const std::string &bytes);
std::string read_bytes(const std::filesystem::path &path);

/// Writes `document` as model.json beside the weights that good_model.json names, each byte of them its offset's low
/// bits.
void write_folder(const std::filesystem::path &folder, const std::string &document);

/// The lines that reading the folder says; empty where it can be read.
std::string findings_of(const std::filesystem::path &folder);

} // namespace nibble::testing
