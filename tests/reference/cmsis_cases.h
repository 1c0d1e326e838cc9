// ARM CMSIS-NN's own unit-test vectors (tests/data/cmsis_nn) as layers, for the reference and for kernels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/layer.h"

namespace nibble::test {

/// One vector: a layer with all its constants, its inputs and the output that CMSIS-NN publishes.
struct CmsisCase {
    std::string name; ///< "<kind>/<case>"
    Layer layer;
    std::vector<std::vector<uint8_t>> src; ///< bytes
    std::vector<uint8_t> expected;         ///< bytes of the first destination
};

/// A folder of the data, and how many cases a complete copy of it has.
struct CmsisKind {
    const char *folder;
    const char *op; ///< the operator that its cases are layers of, or in one kind the other of two; nullptr: a network
    size_t cases;   ///< of a network, its layers
};

/// The kinds that are read, by name.
const std::vector<CmsisKind> &cmsis_kinds();

/// All cases of a kind, by name. Throws std::runtime_error for a file that is missing or not as described in SOURCE.md.
std::vector<CmsisCase> read_cmsis_cases(const CmsisKind &);

} // namespace nibble::test
