// SPDX-License-Identifier: Apache-2.0
#include "bench/call_counter.h"

#include "bench/emulated_library.h"
#include "compiler/process.h"
#include "model/json_text.h"

namespace nibble {
namespace {

std::string disassemble(const GuestProgram &program, const Tools &tools) {
    const std::string file = "guest.txt";
    // llvm-objdump has no option for its output's file.
    run_tool({"sh", "-c", "exec \"$0\" -d --no-show-raw-insn --mattr=+all guest.elf >\"$1\"", tools.llvm_objdump, file},
             program.folder());
    return read_file(program.folder() / file);
}

} // namespace

CallCounter::CallCounter(std::shared_ptr<const GuestProgram> program, const Tools &tools)
    : program_(std::move(program)), tools_(tools), disassembly_(disassemble(*program_, tools)) {}

std::vector<CodeBlock> CallCounter::blocks(const LayerCall &call) const {
    const std::filesystem::path counts = program_->folder() / "counts.txt";
    const std::string plugin = (resource_folder() / "runtime" / "libnibble_count.so").string();
    {
        EmulatedLibrary counted(program_, {"-plugin", plugin + ",out=" + counts.string()});
        counted.call(call.function, call.inputs, call.outputs);
    }
    return executed_blocks(disassembly_, read_counts(counts));
}

double CallCounter::cycles(const std::vector<CodeBlock> &blocks, const TargetFacts &target,
                           const std::string &processor) const {
    return modelled_cycles(blocks, {target.elf_machine, processor}, tools_, program_->folder());
}

} // namespace nibble
