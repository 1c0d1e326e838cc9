// The layers of a list with the types that a command line asks for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/layer.h"

namespace nibble {

struct LayerTypes {
    /// All activations' type: s8, u8, or f32, quantised by row, with results in f32 (fully_connected alone).
    std::string act = "s8";
    /// Weights: s8, s4; s4g128, s4g64 and s4g32 with a scale for so many inputs, s4i128 with an integer factor for
    /// these.
    std::string wei = "s8";
};

/// The layers of a list whose names have `filter`, with random constants; those that can't have f32 activations are
/// left out where these are asked for. Throws Error where none is left or a layer can't have the types.
std::vector<Layer> typed_layers(const std::filesystem::path &list, const std::string &filter, const LayerTypes &);

} // namespace nibble
