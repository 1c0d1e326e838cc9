// Turns kernel requests into objects: from the cache, else each in a process of its own, on several cores.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>

#include "compiler/kernel_cache.h"
#include "compiler/program.h"
#include "compiler/resources.h"

namespace nibble {

struct BuildOptions {
    int jobs = 1;
    bool assembly = false;   ///< also the kernel's assembly text
    bool stmt = false;       ///< also Halide's lowered statement
    bool keep_going = false; ///< build the others where one has failed
};

/// Called after each kernel, from any thread but never from two at once.
using KernelDone = std::function<void(const Kernel &, size_t done, size_t total, bool cached)>;

/// Sets facts and files of every kernel; the files lie in `folder`. Throws Error with every kernel that failed.
void build_kernels(Program &program, const Tools &tools, const KernelCache &cache, const BuildOptions &options,
                   const std::filesystem::path &folder, const KernelDone &done);

} // namespace nibble
