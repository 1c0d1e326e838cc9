// Reads a list of bare layers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "compiler/layer.h"

namespace nibble {

/// A .json list (docs/layers_json.md) or a .csv table of conv, dw and gemm lines. Throws Error with every finding.
std::vector<Layer> read_layers(const std::filesystem::path &file);

} // namespace nibble
