// From a path on the command line to a checked model.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "compiler/resources.h"
#include "model/model.h"

namespace nibble {

/// Reads a .tflite file through its importer (in a process of its own, with `work` for the imported model), or a model
/// folder. `rounding` is what the importer writes into the model where the format does not say. Throws Error.
Model load_model(const std::filesystem::path &path, const std::string &rounding, const Tools &tools,
                 const std::filesystem::path &work);

} // namespace nibble
