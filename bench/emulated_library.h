// A generated library for another processor, called by a program of its own under an emulator (guest/guest.h).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>

#include "bench/callable_library.h"
#include "bench/piped_process.h"
#include "compiler/files.h"

namespace nibble {

class EmulatedLibrary : public CallableLibrary {
public:
    /// Links the guest program and starts it under `artifact.runner`.
    EmulatedLibrary(const Artifact &artifact, const std::string &ld_lld);

    void call(const std::string &function, const std::vector<const GuardedBuffer *> &inputs,
              const std::vector<GuardedBuffer *> &outputs) override;

private:
    void link(const Artifact &artifact, const std::string &ld_lld);
    void start(const Artifact &artifact);

    std::filesystem::path archive_;
    size_t scratch_bytes_;
    std::map<std::string, uint64_t> positions_; ///< of functions in the guest's table
    TempFolder folder_;
    std::unique_ptr<PipedProcess> process_;
};

} // namespace nibble
