// How often each block of code runs in one call of a library under an emulator.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/guest_program.h"
#include "bench/instruction_counts.h"
#include "bench/model_runner.h"
#include "compiler/target.h"

namespace nibble {

class CallCounter {
public:
    /// Disassembles the program. Throws Error.
    CallCounter(std::shared_ptr<const GuestProgram> program, const Tools &tools);

    /// The blocks that one call ran, in a process of its own. Throws Error.
    std::vector<CodeBlock> blocks(const LayerCall &) const;
    /// Their cycles on one of the target's modelled processors.
    double cycles(const std::vector<CodeBlock> &, const TargetFacts &, const std::string &processor) const;

private:
    std::shared_ptr<const GuestProgram> program_;
    const Tools &tools_;
    std::string disassembly_;
};

} // namespace nibble
