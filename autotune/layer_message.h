// A layer with its constants as bytes: what goes to another machine that is to tune its kernel.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "compiler/layer.h"

namespace nibble {

/// Writes the layer as CBOR. Throws Error.
void write_layer_message(const std::filesystem::path &file, const Layer &);

/// What write_layer_message of this version of Nibble wrote. Throws Error that names the file.
Layer read_layer_message(const std::filesystem::path &file);

} // namespace nibble
