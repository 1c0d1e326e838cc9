// SPDX-License-Identifier: Apache-2.0
#include "tests/support/emulated_kernels.h"

#include <array>
#include <cstdlib>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

#include "compiler/process.h"
#include "model/error.h"

namespace nibble::test {

namespace fs = std::filesystem;

namespace {

/// What running kernels of another processor takes.
struct Machine {
    const char *halide_prefix;        ///< of its Halide targets
    std::vector<const char *> runner; ///< the emulator and its flags
    const char *triple;
    const char *folder; ///< of its archives
    const char *pointer;
    size_t buffer_alignment;
};

const std::array<Machine, 2> machines = {{
    {"arm-64", {"qemu-aarch64", "-cpu", "max"}, "aarch64-linux-gnu", "aarch64", ".quad", 1},
    {"hexagon-32", {"qemu-hexagon", "-cpu", "v67"}, "hexagon-unknown-elf", "hexagon", ".long", 128},
}};

const Machine *machine_of(const std::string &halide_target) {
    for (const Machine &machine : machines) {
        if (halide_target.rfind(machine.halide_prefix, 0) == 0) {
            return &machine;
        }
    }
    return nullptr;
}

} // namespace

std::string emulator_of(const std::string &halide_target) {
    const Machine *machine = machine_of(halide_target);
    return machine != nullptr ? machine->runner.front() : "";
}

bool has_program(const std::string &name) {
    const char *path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (access((fs::path(folder) / name).c_str(), X_OK) == 0) {
            return true;
        }
    }
    return false;
}

EmulatedKernels::EmulatedKernels(const std::vector<Kernel> &kernels, const Tools &tools)
    : folder_(fs::temp_directory_path(), "nibble-test-guest-") {
    const Machine &machine = *machine_of(kernels.at(0).request.halide_target);
    buffer_alignment_ = machine.buffer_alignment;
    command_.assign(machine.runner.begin(), machine.runner.end());
    command_.push_back((folder_.path() / "kernels.elf").string());
    std::string table = ".section .data.rel.ro,\"aw\"\n.balign 8\n.globl nibble_guest_kernels\nnibble_guest_kernels:\n";
    std::string inputs = "table.o\n";
    for (const Kernel &kernel : kernels) {
        table += fmt::format("{} {}\n", machine.pointer, kernel.object.empty() ? "0" : kernel.function + "_argv");
        inputs += kernel.object.empty() ? "" : "\"" + kernel.object.string() + "\"\n";
    }
    const std::string guest = (fs::path(NIBBLE_TEST_GUESTS) / machine.folder / "libnibble_test_guest.a").string();
    const fs::path archives = resource_folder() / "runtime" / machine.folder;
    // Whole: kernels for Hexagon have weak definitions of some of the runtime's functions.
    inputs += fmt::format("--whole-archive \"{}\" \"{}\" \"{}\"\n", guest, (archives / "libnibble_runtime.a").string(),
                          (archives / "libnibble_shared.a").string());
    write_file(folder_.path() / "table.s", table);
    write_file(folder_.path() / "inputs.txt", inputs);
    run_tool({tools.llvm_mc, fmt::format("--triple={}", machine.triple), "--filetype=obj", "-o", "table.o", "table.s"},
             folder_.path());
    run_tool({tools.ld_lld, "-static", "--gc-sections", "-o", "kernels.elf", "@inputs.txt"}, folder_.path());
}

void EmulatedKernels::start() {
    process_ = std::make_unique<PipedProcess>(command_);
    uint64_t hello = 0;
    process_->read(&hello, sizeof(hello));
}

std::string EmulatedKernels::call(size_t position, const KernelFacts &facts, Placement placement, Workers workers,
                                  const std::vector<Buffer> &buffers) {
    const uint64_t at_end = placement == Placement::before_guard ? 1 : 0, reversed = workers.reversed ? 2 : 0;
    std::vector<uint64_t> request = {position, static_cast<uint64_t>(facts.scratch_bytes),
                                     static_cast<uint64_t>(facts.vtcm_bytes), buffers.size(),
                                     at_end | reversed | static_cast<uint64_t>(workers.count) << 8};
    for (const Buffer &buffer : buffers) {
        const uint64_t type = buffer.type.code | static_cast<uint64_t>(buffer.type.bits) << 8;
        request.insert(request.end(),
                       {buffer.bytes, buffer.alignment, type, buffer.returned != nullptr ? uint64_t{1} : 0,
                        static_cast<uint64_t>(buffer.shares + 1)});
    }
    try {
        if (!process_) {
            start();
        }
        process_->write(request.data(), request.size() * sizeof(request[0]));
        for (const Buffer &buffer : buffers) {
            if (buffer.shares < 0) {
                process_->write(buffer.data, buffer.bytes);
            }
        }
        uint64_t status = 0;
        process_->read(&status, sizeof(status));
        for (const Buffer &buffer : buffers) {
            if (buffer.returned != nullptr) {
                process_->read(buffer.returned, buffer.bytes);
            }
        }
        return status == 0 ? "" : fmt::format("returned {}", static_cast<int>(status));
    } catch (const Error &error) {
        process_.reset();
        return error.what();
    }
}

} // namespace nibble::test
