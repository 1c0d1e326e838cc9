// SPDX-License-Identifier: Apache-2.0
#include "tests/support/emulated_kernels.h"

#include <cstdlib>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

#include "compiler/process.h"
#include "model/error.h"

namespace nibble::test {

namespace fs = std::filesystem;

std::string emulator_of(const std::string &halide_target) {
    return halide_target.rfind("arm-64", 0) == 0 ? "qemu-aarch64" : "";
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
    : emulator_(emulator_of(kernels.at(0).request.halide_target)),
      folder_(fs::temp_directory_path(), "nibble-test-guest-") {
    std::string table = ".section .data.rel.ro,\"aw\"\n.balign 8\n.globl nibble_guest_kernels\nnibble_guest_kernels:\n";
    std::string inputs = "table.o\n";
    for (const Kernel &kernel : kernels) {
        table += fmt::format(".quad {}\n", kernel.object.empty() ? "0" : kernel.function + "_argv");
        inputs += kernel.object.empty() ? "" : "\"" + kernel.object.string() + "\"\n";
    }
    const std::string runtime = (resource_folder() / "runtime/aarch64/libnibble_runtime.a").string();
    inputs += fmt::format("--whole-archive \"{}\" --no-whole-archive \"{}\"\n", NIBBLE_TEST_GUEST, runtime);
    write_file(folder_.path() / "table.s", table);
    write_file(folder_.path() / "inputs.txt", inputs);
    run_tool({tools.llvm_mc, "--triple=aarch64-linux-gnu", "--filetype=obj", "-o", "table.o", "table.s"},
             folder_.path());
    run_tool({tools.ld_lld, "-static", "-o", "kernels.elf", "@inputs.txt"}, folder_.path());
}

void EmulatedKernels::start() {
    process_ = std::make_unique<PipedProcess>(
        std::vector<std::string>{emulator_, "-cpu", "max", (folder_.path() / "kernels.elf").string()});
    uint64_t hello = 0;
    process_->read(&hello, sizeof(hello));
}

std::string EmulatedKernels::call(size_t position, size_t scratch_bytes, Placement placement, Workers workers,
                                  const std::vector<Buffer> &buffers) {
    const uint64_t at_end = placement == Placement::before_guard ? 1 : 0, reversed = workers.reversed ? 2 : 0;
    std::vector<uint64_t> request = {position, scratch_bytes, buffers.size(),
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
