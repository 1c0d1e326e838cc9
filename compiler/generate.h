// The whole of gen_kernels behind its command line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "compiler/importing.h"

namespace nibble {

struct GenerateOptions {
    std::string target;
    std::filesystem::path model;  ///< a model, or
    std::filesystem::path layers; ///< a list of bare layers
    std::filesystem::path out;
    std::filesystem::path overrides; ///< encodings of a model's float tensors; empty: none
    std::string name;                ///< empty: from the file's name
    ImportOptions import;            ///< of a file's model
    std::set<std::string> emit;      ///< of "lib", "asm", "stmt", "report"
    std::string records;             ///< folder of records that count before the shipped ones; "none": no records
    int jobs = 1;
    std::optional<int64_t> vtcm;    ///< most bytes of VTCM that a call takes; none: what the target has
    std::optional<int64_t> scratch; ///< most bytes of scratch that a call takes; none: what it needs
    bool any_rows = false;          ///< fully connected layers also as functions of any number of rows
    bool quiet = false;
};

/// What --emit means where it is not given.
const std::set<std::string> &default_outputs();

/// Writes every output or none. Throws Error.
void generate(const GenerateOptions &options);

} // namespace nibble
