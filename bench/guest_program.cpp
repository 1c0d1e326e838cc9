// SPDX-License-Identifier: Apache-2.0
#include "bench/guest_program.h"

#include "compiler/assembly.h"
#include "compiler/process.h"
#include "compiler/resources.h"
#include "compiler/target.h"
#include "model/error.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

/// The emulators of Debian's qemu-user by the name of a target's runner, and how each is told which processor to be.
const std::map<std::string, std::vector<std::string>> emulators = {
    {"qemu-aarch64", {"-cpu", "max"}},
    // The only one that it has; unasked, it refuses programs for later processors.
    {"qemu-hexagon", {"-cpu", "v67"}},
};

/// Exports the library's functions to the guest program, in this order.
std::string table_text(const TargetFacts &target, const std::string &name, const std::vector<std::string> &functions) {
    std::string text =
        ".section .data.rel.ro,\"aw\"\n.balign 8\n.globl nibble_guest_functions, nibble_guest_supported\n";
    text += "nibble_guest_functions:\n";
    for (const std::string &function : functions) {
        text += pointer_line(target, function) + "\n";
    }
    return text + "nibble_guest_supported:\n" + pointer_line(target, name + "_supported") + "\n";
}

} // namespace

GuestProgram::GuestProgram(const Artifact &artifact, const std::string &ld_lld)
    : artifact_(artifact), folder_(fs::temp_directory_path(), "nibble-guest-") {
    if (emulators.count(artifact.runner) == 0) {
        throw Error(Finding{artifact.archive.string(), "runner", artifact.runner,
                            "native, or an emulator that run_model knows"});
    }
    if (!fs::is_regular_file(artifact.archive)) {
        throw Error(Finding{artifact.archive.string(), "file", "nothing", "the library that gen_kernels wrote"});
    }
    std::vector<std::string> functions;
    if (artifact.has_run) {
        functions.push_back(artifact.name + "_run");
    }
    for (const ArtifactLayer &layer : artifact.layers) {
        functions.push_back(layer.function);
    }
    for (const std::string &function : functions) {
        positions_.emplace(function, positions_.size());
    }
    const TargetFacts target = find_target(artifact.target);
    write_file(folder() / "table.s", table_text(target, artifact.name, functions));
    run_tool({read_tools().llvm_mc, "--triple=" + target.elf_machine, "--filetype=obj", "-o", "table.o", "table.s"},
             folder());
    const std::string guest = (resource_folder() / "runtime" / target.runtime / "libnibble_guest.a").string();
    run_tool({ld_lld, "-static", "-o", file().filename().string(), "table.o", "--whole-archive", guest,
              "--no-whole-archive", fs::absolute(artifact.archive).string()},
             folder());
}

fs::path GuestProgram::file() const { return folder() / "guest.elf"; }

std::vector<std::string> GuestProgram::command(const std::vector<std::string> &flags) const {
    std::vector<std::string> command = {artifact_.runner};
    const std::vector<std::string> &processor = emulators.at(artifact_.runner);
    command.insert(command.end(), processor.begin(), processor.end());
    command.insert(command.end(), flags.begin(), flags.end());
    command.push_back(file().string());
    return command;
}

} // namespace nibble
