// Models without flatbuffers (tests/data/*/flat): layers with TFLite's integers, sources and what TFLite made of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/layer.h"

namespace nibble::test {

/// A layer with its own recorded sources, so that a difference is its own.
struct FlatLayer {
    Layer layer;
    std::vector<std::vector<uint8_t>> src;
    std::string expected; ///< of the output's bytes, as fnv1a64 gives it
};

/// The layers of tests/data/<name>.json and .bin, in order. Throws std::exception for a file that isn't as it should
/// be.
std::vector<FlatLayer> read_flat_layers(const std::string &name);

/// The data's own hash, 16 hexadecimal digits: 64-bit FNV-1a, but from 1469598103934665603.
std::string fnv1a64(const std::vector<uint8_t> &bytes);

} // namespace nibble::test
