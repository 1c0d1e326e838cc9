// SPDX-License-Identifier: Apache-2.0
#include "bench/emulated_library.h"

#include <fmt/format.h>

#include "compiler/process.h"
#include "compiler/resources.h"
#include "compiler/target.h"
#include "model/error.h"
extern "C" {
#include "bench/guest/guest.h"
}

namespace nibble {
namespace {

namespace fs = std::filesystem;

constexpr const char *guest_program = "guest.elf";

/// The emulators of Debian's qemu-user by the name of a target's runner, and how each is told which processor to be.
const std::map<std::string, std::vector<std::string>> emulators = {{"qemu-aarch64", {"-cpu", "max"}}};

/// Exports the library's functions to the guest program, in this order.
std::string table_text(const std::string &name, const std::vector<std::string> &functions) {
    std::string text =
        ".section .data.rel.ro,\"aw\"\n.balign 8\n.globl nibble_guest_functions, nibble_guest_supported\n";
    text += "nibble_guest_functions:\n";
    for (const std::string &function : functions) {
        text += ".quad " + function + "\n";
    }
    return text + "nibble_guest_supported:\n.quad " + name + "_supported\n";
}

} // namespace

EmulatedLibrary::EmulatedLibrary(const Artifact &artifact, const std::string &ld_lld)
    : archive_(artifact.archive), scratch_bytes_(artifact.scratch_bytes),
      folder_(fs::temp_directory_path(), "nibble-guest-") {
    if (emulators.count(artifact.runner) == 0) {
        throw Error(
            Finding{archive_.string(), "runner", artifact.runner, "native, or an emulator that run_model knows"});
    }
    link(artifact, ld_lld);
    start(artifact);
}

void EmulatedLibrary::link(const Artifact &artifact, const std::string &ld_lld) {
    if (!fs::is_regular_file(artifact.archive)) {
        throw Error(Finding{artifact.archive.string(), "file", "nothing", "the library that gen_kernels wrote"});
    }
    std::vector<std::string> functions = {artifact.name + "_run"};
    for (const ArtifactLayer &layer : artifact.layers) {
        functions.push_back(layer.function);
    }
    for (const std::string &function : functions) {
        positions_.emplace(function, positions_.size());
    }
    const TargetFacts target = find_target(artifact.target);
    write_file(folder_.path() / "table.s", table_text(artifact.name, functions));
    run_tool({read_tools().llvm_mc, "--triple=" + target.elf_machine, "--filetype=obj", "-o", "table.o", "table.s"},
             folder_.path());
    const std::string guest = (resource_folder() / "runtime" / target.runtime / "libnibble_guest.a").string();
    run_tool({ld_lld, "-static", "-o", guest_program, "table.o", "--whole-archive", guest, "--no-whole-archive",
              fs::absolute(artifact.archive).string()},
             folder_.path());
}

void EmulatedLibrary::start(const Artifact &artifact) {
    std::vector<std::string> command = {artifact.runner};
    const std::vector<std::string> &flags = emulators.at(artifact.runner);
    command.insert(command.end(), flags.begin(), flags.end());
    command.push_back((folder_.path() / guest_program).string());
    process_ = std::make_unique<PipedProcess>(command);
    uint64_t supported = 0;
    process_->read(&supported, sizeof(supported));
    if (supported == 0) {
        throw Error(Finding{archive_.string(), artifact.name + "_supported", "0",
                            "1: the emulated CPU lacks instructions that the library uses"});
    }
}

void EmulatedLibrary::call(const std::string &function, const std::vector<const GuardedBuffer *> &inputs,
                           const std::vector<GuardedBuffer *> &outputs) {
    std::vector<uint64_t> request = {positions_.at(function), scratch_bytes_, inputs.size(), outputs.size()};
    for (const GuardedBuffer *input : inputs) {
        request.push_back(input->size());
    }
    for (const GuardedBuffer *output : outputs) {
        request.push_back(output->size());
    }
    process_->write(request.data(), request.size() * sizeof(request[0]));
    for (const GuardedBuffer *input : inputs) {
        process_->write(input->data(), input->size());
    }
    uint64_t reply[2 + NIBBLE_GUEST_COUNTERS];
    process_->read(reply, sizeof(reply));
    for (GuardedBuffer *output : outputs) {
        process_->read(output->data(), output->size());
    }
    if (const auto status = static_cast<int>(reply[0]); status != NIBBLE_OK) {
        throw Error(Finding{function, "status", fmt::format("{} ({})", status, nibble_status_string(status)), "0"});
    }
    if (reply[1] != 0) {
        throw Error(Finding{archive_.string(), function, "a byte written outside of its buffers", "none"});
    }
}

} // namespace nibble
