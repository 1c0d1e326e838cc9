// A generated library for another processor, called under an emulator.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "bench/callable_library.h"
#include "bench/guest_program.h"
#include "bench/piped_process.h"

namespace nibble {

/// What the guest read of its processor's own counters around a call.
struct GuestCounters {
    uint64_t packets = 0; ///< groups of instructions that are issued together
    uint64_t instructions = 0;
    uint64_t vector_instructions = 0;
};

class EmulatedLibrary : public CallableLibrary {
public:
    /// Starts the program, with `flags` to the emulator. Throws Error.
    explicit EmulatedLibrary(std::shared_ptr<const GuestProgram> program, const std::vector<std::string> &flags = {});

    void call(const std::string &function, const std::vector<const GuardedBuffer *> &inputs,
              const std::vector<GuardedBuffer *> &outputs) override;

    /// Of the last call; zeros where the emulated machine has none.
    const GuestCounters &counters() const { return counters_; }
    const std::shared_ptr<const GuestProgram> &program() const { return program_; }

private:
    std::shared_ptr<const GuestProgram> program_;
    PipedProcess process_;
    GuestCounters counters_;
};

} // namespace nibble
