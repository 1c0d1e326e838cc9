// A generated library that this process loads and calls.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/callable_library.h"
#include "bench/loaded_library.h"

namespace nibble {

class NativeLibrary : public CallableLibrary {
public:
    NativeLibrary(const Artifact &artifact, const std::string &ld_lld)
        : archive_(artifact.archive), library_(artifact.archive, artifact.name, ld_lld),
          caller_(artifact.scratch_bytes, library_.cuda_handle()),
          worker_scratch_bytes_(artifact.worker_scratch_bytes) {}

    /// Runs the loops of later calls on so many threads.
    void set_threads(int threads);

    void call(const std::string &function, const std::vector<const GuardedBuffer *> &inputs,
              const std::vector<GuardedBuffer *> &outputs) override;

    LoadedLibrary::Function function(const std::string &symbol) const { return library_.function(symbol); }
    const nibble_context *context() const { return caller_.context(); }

private:
    std::filesystem::path archive_;
    LoadedLibrary library_;
    Caller caller_;
    size_t worker_scratch_bytes_;
    std::unique_ptr<WorkerPool> pool_;
};

/// The pointers that a function of the library takes.
struct CallPointers {
    std::vector<const void *> inputs;
    std::vector<void *> outputs;
};
CallPointers pointers_of(const std::vector<const GuardedBuffer *> &inputs, const std::vector<GuardedBuffer *> &outputs);

} // namespace nibble
