// A small model as a library for a GPU, generated, linked and loaded into the test program.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/files.h"
#include "nibble.h"

namespace nibble::test {

struct CudaLibrary {
    CudaLibrary(const std::string &target, uint32_t seed);

    int (*open)(void *cuda_context, void *cuda_stream, void **handle) = nullptr;
    int (*close)(void *handle) = nullptr;
    int (*run)(const nibble_context *, const void *const[], void *const[]) = nullptr;
    int (*dense)(const nibble_context *, const void *const[], void *const[]) = nullptr; ///< its last layer
    int (*supported)() = nullptr;
    const nibble_info *info = nullptr;
    size_t constant_bytes = 0;
    std::string symbols; ///< nm's lines of the archive

private:
    TempFolder folder_;
};

/// A context with the handle; `memory` is nibble_context.cuda_memory.
nibble_context cuda_context(void *handle, uint32_t memory);

} // namespace nibble::test
