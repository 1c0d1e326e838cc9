// A generated library for another processor, called under an emulator.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "bench/callable_library.h"
#include "bench/guest_program.h"
#include "bench/piped_process.h"

namespace nibble {

class EmulatedLibrary : public CallableLibrary {
public:
    /// Starts the program, with `flags` to the emulator. Throws Error.
    explicit EmulatedLibrary(std::shared_ptr<const GuestProgram> program, const std::vector<std::string> &flags = {});

    void call(const std::string &function, const std::vector<const GuardedBuffer *> &inputs,
              const std::vector<GuardedBuffer *> &outputs) override;

    const std::shared_ptr<const GuestProgram> &program() const { return program_; }

private:
    std::shared_ptr<const GuestProgram> program_;
    PipedProcess process_;
};

} // namespace nibble
