// A generated static library, loaded into this process.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bench/guarded_buffer.h"
#include "bench/worker_pool.h"
#include "nibble.h"

namespace nibble {

/// The functions of lib<name>.a. It is linked into a shared object in a temporary folder, which is gone before the
/// constructor returns.
class LoadedLibrary {
public:
    using Function = int (*)(const nibble_context *, const void *const inputs[], void *const outputs[]);

    /// `ld_lld` is LLVM's linker. A library for a GPU is opened. Throws Error where the archive can't be linked or
    /// loaded, and where this machine lacks what its code uses.
    LoadedLibrary(const std::filesystem::path &archive, const std::string &name, const std::string &ld_lld);

    /// The function of that symbol. Throws Error where the library has none.
    Function function(const std::string &symbol) const;
    /// <name>_info, or nullptr where the library has no <name>_run.
    const nibble_info *info() const;
    /// nibble_context.cuda_handle of its calls; nullptr where it is for a CPU.
    void *cuda_handle() const { return cuda_handle_.get(); }

private:
    void open_on_gpu();
    void *symbol(const std::string &symbol) const;

    std::filesystem::path archive_;
    std::string name_;
    std::shared_ptr<void> handle_;
    std::shared_ptr<void> cuda_handle_;
};

/// A scratch arena of exactly the size that a library asks for, with guards around it, and the context that lends it.
class Caller {
public:
    explicit Caller(size_t scratch_bytes, void *cuda_handle = nullptr);

    /// Calls the function. Throws Error where its status is not NIBBLE_OK; `what` names it.
    void call(LoadedLibrary::Function function, const std::string &what, const std::vector<const void *> &inputs,
              const std::vector<void *> &outputs);
    /// Runs the loops of later calls on the pool, or on the calling thread where there is none.
    void run_loops_on(WorkerPool *);
    const nibble_context *context() const { return &context_; }
    bool intact() const { return scratch_.intact(); }

private:
    GuardedBuffer scratch_;
    nibble_context context_{};
};

} // namespace nibble
