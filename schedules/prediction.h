// What a kernel costs with one of its tiles, as its schedule counts it before anything is compiled.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace nibble {

/// A share of a kernel's cycles (packets, where a target counts them).
struct PredictedPart {
    std::string name;
    double cycles = 0;
};

/// One call of a kernel. Resources that work at the same time overlap: the busiest of them decides, and others that are
/// almost as busy add little. The rest is added.
struct Prediction {
    std::vector<PredictedPart> overlapping;     ///< "products", "loads", "accumulators"
    std::vector<PredictedPart> memory;          ///< overlaps, too: "L2 read", "DRAM read"
    std::vector<PredictedPart> added;           ///< "requantise", "staging", "tiles", "strips"
    std::map<std::string, double> instructions; ///< by class: "products", "loads", "requantise", "staging"
    std::map<std::string, double> bytes;        ///< read from each level of memory, by its name

    double cycles() const;
    /// Without memory: what an emulator counts.
    double issue_cycles() const;
    /// The busiest of the overlapping resources, or what is added where that takes longer.
    std::string binding() const;
};

/// What would make a kernel with this binding() faster, as a sentence without its full stop.
std::string lift_of(const std::string &binding);

} // namespace nibble
