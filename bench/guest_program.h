// The program that calls one generated library on another processor (guest/guest.h).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "bench/artifact.h"
#include "compiler/files.h"

namespace nibble {

class GuestProgram {
public:
    /// Links the library to it, in a folder of its own. `ld_lld` is LLVM's linker. Throws Error, also for a runner that
    /// is no emulator that we know.
    GuestProgram(const Artifact &artifact, const std::string &ld_lld);

    const Artifact &artifact() const { return artifact_; }
    std::filesystem::path folder() const { return folder_.path(); }
    std::filesystem::path file() const;
    /// The function's place in the guest's table.
    uint64_t position(const std::string &function) const { return positions_.at(function); }
    /// What runs it, with `flags` to the emulator.
    std::vector<std::string> command(const std::vector<std::string> &flags) const;

private:
    const Artifact &artifact_;
    std::map<std::string, uint64_t> positions_;
    TempFolder folder_;
};

} // namespace nibble
