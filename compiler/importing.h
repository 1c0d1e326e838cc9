// From a path on the command line to a checked model.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "compiler/resources.h"
#include "model/model.h"

namespace nibble {

/// What importers are told of a file's model that the file leaves open.
struct ImportOptions {
    std::string rounding;         ///< empty: the format's default
    std::optional<int64_t> batch; ///< none: the file's own
};

/// Reads a .onnx or .tflite file through its importer (in a process of its own, with `work` for the imported model), or
/// a model folder. Prints the importer's warnings, a line each, and keeps
/// them in the model. Throws Error.
Model load_model(const std::filesystem::path &path, const ImportOptions &, const Tools &tools,
                 const std::filesystem::path &work);

} // namespace nibble
