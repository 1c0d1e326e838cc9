// CMSIS-NN's network as one file for each of its layers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/reference/cmsis_file.h"

namespace nibble::test {

/// One layer of a network, described as the vectors of its operator are. Its "input" and "output_ref" have the right
/// shapes and no values of their own.
struct NetworkLayer {
    std::string op;
    CaseFile file;
};

/// The layers in the order they run.
std::vector<NetworkLayer> network_layers(const CaseFile &network);

} // namespace nibble::test
