// The kernels of a test program for another processor, called under an emulator (guest/guest_kernels.c).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/piped_process.h"
#include "compiler/files.h"
#include "compiler/program.h"
#include "compiler/resources.h"
#include "runtime/kernel_abi.h"
#include "tests/support/guarded_memory.h"

namespace nibble::test {

/// The emulator that kernels of this Halide target need, or an empty string for those of this machine.
std::string emulator_of(const std::string &halide_target);
/// Whether a program of that name can be run.
bool has_program(const std::string &name);

class EmulatedKernels {
public:
    /// A buffer argument. `returned`: where its bytes go after the call, or nullptr; `shares`: the argument whose
    /// memory it has, or -1.
    struct Buffer {
        const uint8_t *data;
        uint8_t *returned;
        size_t bytes;
        size_t alignment;
        nibble_buffer_type type;
        int shares;
    };

    /// Contexts that the guest's parallel-for has tasks run on, in turn; none: it has no parallel-for.
    struct Workers {
        int count = 0;
        bool reversed = false;
    };

    /// Links the kernels, all of one emulator. Throws Error.
    EmulatedKernels(const std::vector<Kernel> &kernels, const Tools &tools);

    /// Bytes at whose multiples each buffer has to begin.
    size_t buffer_alignment() const { return buffer_alignment_; }
    /// Calls kernel number `position` on copies of the buffers and says what went wrong, or nothing. A call that
    /// crashes leaves the next one unharmed.
    std::string call(size_t position, const KernelFacts &facts, Placement placement, Workers workers,
                     const std::vector<Buffer> &buffers);

private:
    void start();

    std::vector<std::string> command_; ///< the emulator, its flags and the program
    size_t buffer_alignment_;
    TempFolder folder_;
    std::unique_ptr<PipedProcess> process_;
};

} // namespace nibble::test
