// The kernels of a test program: compiled in parallel through the cache, joined into one shared object and loaded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "compiler/program.h"
#include "runtime/plan.h"
#include "tests/support/emulated_kernels.h"

namespace nibble::test {

/// A kernel that can be called, or the reason why not.
struct LoadedKernel {
    nibble_kernel entry = nullptr;             ///< of this machine's kernels
    std::shared_ptr<EmulatedKernels> emulated; ///< of the others
    size_t position = 0;                       ///< among the emulated ones
    KernelFacts facts;
    std::string problem; ///< empty where it can be called
};

class KernelSet {
public:
    /// Adds a kernel, once however often it is asked for. `layer` is for messages. Not after load().
    void add(const KernelRequest &request, const std::string &layer);
    /// Compiles and loads all that were added, and prints how many came from the cache. A kernel that can't be compiled
    /// keeps its message; the others load all the same. Throws Error where they can't be linked.
    void load();
    /// A kernel that was added.
    const LoadedKernel &find(const KernelRequest &request) const;
    size_t size() const { return program_.kernels.size(); }

private:
    void load_native(const Tools &tools, const std::filesystem::path &folder);
    void load_emulated(const Tools &tools);

    Program program_;
    std::map<std::string, size_t> index_; ///< by function
    std::vector<LoadedKernel> loaded_;
};

} // namespace nibble::test
