// SPDX-License-Identifier: Apache-2.0
#include "bench/loaded_library.h"

#include <dlfcn.h>

#include <fmt/format.h>

#include "compiler/files.h"
#include "compiler/process.h"
#include "model/error.h"

namespace nibble {

namespace fs = std::filesystem;

LoadedLibrary::LoadedLibrary(const fs::path &archive, const std::string &name, const std::string &ld_lld)
    : archive_(archive), name_(name) {
    if (!fs::is_regular_file(archive)) {
        throw Error(Finding{archive.string(), "file", "nothing", "the library that gen_kernels wrote"});
    }
    const TempFolder work(fs::temp_directory_path(), "nibble-load-");
    const ProcessResult link = run_process(
        {ld_lld, "-shared", "-o", "loaded.so", "--whole-archive", fs::absolute(archive).string()}, work.path());
    if (!link.ok()) {
        throw Error(Finding{archive.string(), "linking", link.describe(), "a library that ld.lld links"});
    }
    void *handle = dlopen((work.path() / "loaded.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        throw Error(Finding{archive.string(), "loading", dlerror(), "a library for this machine"});
    }
    handle_.reset(handle, [](void *library) { dlclose(library); });
    const bool on_gpu = dlsym(handle, (name + "_open").c_str()) != nullptr;
    const auto supported = reinterpret_cast<int (*)()>(symbol(name + "_supported"));
    if (!supported()) {
        throw Error(Finding{archive.string(), name + "_supported", "0",
                            on_gpu ? "1: this machine lacks the GPU that the library is for, or its driver"
                                   : "1: this CPU lacks instructions that the library uses"});
    }
    if (on_gpu) {
        open_on_gpu();
    }
}

void LoadedLibrary::open_on_gpu() {
    const auto open = reinterpret_cast<int (*)(void *, void *, void **)>(symbol(name_ + "_open"));
    const auto close = reinterpret_cast<int (*)(void *)>(symbol(name_ + "_close"));
    void *opened = nullptr;
    if (const int status = open(nullptr, nullptr, &opened); status != NIBBLE_OK) {
        throw Error(Finding{archive_.string(), name_ + "_open",
                            fmt::format("{} ({})", status, nibble_status_string(status)), "0"});
    }
    cuda_handle_.reset(opened, [close, library = handle_](void *handle) { close(handle); });
}

void *LoadedLibrary::symbol(const std::string &symbol) const {
    void *address = dlsym(handle_.get(), symbol.c_str());
    if (!address) {
        throw Error(Finding{archive_.string(), "symbol", "none", symbol});
    }
    return address;
}

LoadedLibrary::Function LoadedLibrary::function(const std::string &name) const {
    return reinterpret_cast<Function>(symbol(name));
}

const nibble_info *LoadedLibrary::info() const {
    return static_cast<const nibble_info *>(dlsym(handle_.get(), (name_ + "_info").c_str()));
}

Caller::Caller(size_t scratch_bytes, void *cuda_handle) : scratch_(scratch_bytes) {
    context_.cuda_handle = cuda_handle;
    context_.size = sizeof(nibble_context);
    context_.abi_version = NIBBLE_ABI_VERSION;
    context_.cpu_checked = 1; // by the constructor, so that no call pays for it again
    context_.scratch = scratch_.data();
    context_.scratch_bytes = scratch_bytes;
}

void Caller::run_loops_on(WorkerPool *pool) {
    context_.parallel_for = nullptr;
    if (pool != nullptr) {
        pool->lend_to(context_);
    }
}

void Caller::call(LoadedLibrary::Function function, const std::string &what, const std::vector<const void *> &inputs,
                  const std::vector<void *> &outputs) {
    const int status = function(&context_, inputs.data(), outputs.data());
    if (status != NIBBLE_OK) {
        throw Error(Finding{what, "status", fmt::format("{} ({})", status, nibble_status_string(status)), "0"});
    }
}

} // namespace nibble
