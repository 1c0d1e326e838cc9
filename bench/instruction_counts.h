// How often each instruction of an emulated call ran, and what that costs on a processor by LLVM's model of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "compiler/resources.h"

namespace nibble {

/// A run of instructions that is entered at its beginning alone and left at its end.
struct CodeBlock {
    std::vector<std::string> instructions; ///< assembler text; branches lead to the block's beginning
    uint64_t runs = 0;
};

/// Address -> executions, as guest/count_plugin.c wrote them. Throws Error.
std::map<uint64_t, uint64_t> read_counts(const std::filesystem::path &file);

/// What ran of the program's code, from its disassembly by llvm-objdump, without functions whose names begin with
/// nibble_guest_ or are _start.
std::vector<CodeBlock> executed_blocks(const std::string &disassembly, const std::map<uint64_t, uint64_t> &counts);

/// Executed instructions.
uint64_t instructions_of(const std::vector<CodeBlock> &);

/// By LLVM's names, e.g. {"aarch64-linux-gnu", "neoverse-n1"}.
struct Processor {
    std::string triple;
    std::string name;
};

/// Cycles of the processor by llvm-mca: each block's, as if it ran again and again, times its executions. A block that
/// does not loop is so credited with overlap that it does not have with itself; caches and mispredictions are left out.
double modelled_cycles(const std::vector<CodeBlock> &, const Processor &, const Tools &,
                       const std::filesystem::path &folder);

} // namespace nibble
