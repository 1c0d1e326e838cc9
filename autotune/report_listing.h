// One kernel's page beside the report: what the machine runs and the loops that it comes from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>

namespace nibble {

/// What the page shows; texts may be empty.
struct Listing {
    std::string layer;  ///< its name
    std::string kernel; ///< symbol
    std::string assembly;
    std::string statements; ///< Halide's lowered loops
};

/// Writes the page: a count of the assembly's instructions by mnemonic, spills named, then the two texts. It needs no
/// other file; its link back is `report`. Every string is escaped.
void write_listing(const Listing &, const std::string &report, std::ostream &out);

} // namespace nibble
