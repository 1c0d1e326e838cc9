// A generated library whose functions can be called, wherever its code runs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/artifact.h"
#include "bench/guarded_buffer.h"

namespace nibble {

class CallableLibrary {
public:
    virtual ~CallableLibrary() = default;

    /// Calls the function of that symbol. Throws Error for a status that is not NIBBLE_OK, and for a byte that was
    /// written outside of the outputs and the scratch arena.
    virtual void call(const std::string &function, const std::vector<const GuardedBuffer *> &inputs,
                      const std::vector<GuardedBuffer *> &outputs) = 0;
};

/// The library of the artifact, in this process or under the emulator that its target asks for. `ld_lld` is LLVM's
/// linker. Throws Error where it can't be loaded, and where the CPU lacks what its code uses.
std::unique_ptr<CallableLibrary> load_library(const Artifact &artifact, const std::string &ld_lld);

} // namespace nibble
